// The topics that an audit of one partition reads.

import type { TopicPartition } from '@podpipe/runtime/kafka/assigner.ts'
import type { Codec } from '@podpipe/schemas/codec.ts'
import type { Event, RawFrame, SeenBlock } from '@podpipe/schemas/records.ts'
import type { Service } from '@podpipe/schemas/service.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'

export interface Places {
  readonly service: Service
  readonly partition: number
  readonly raw: TopicPartition & { readonly codec: Codec<RawFrame> }
  readonly unique: TopicPartition & { readonly codec: Codec<Event> }
  readonly seen: TopicPartition & { readonly codec: Codec<SeenBlock> }
  readonly rejected: TopicPartition
}

/** Every partition of every service of a table. */
export function placesOf(topics: Topics): Places[] {
  return topics.services.flatMap(service => {
    const [raw, unique, seen] = [topics.raw(service), topics.unique(service), topics.seen(service)]
    return Array.from({ length: raw.partitions }, (_, partition) => ({
      service,
      partition,
      raw: { topic: raw.name, partition, codec: raw.codec },
      unique: { topic: unique.name, partition, codec: unique.codec },
      seen: { topic: seen.name, partition, codec: seen.codec },
      rejected: { topic: topics.rejected.name, partition: 0 },
    }))
  })
}
