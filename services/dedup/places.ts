// The partitions of the topics that belong to one partition of raw, each with its codec.

import type { TopicPartition } from '@podpipe/runtime/kafka/group/assigner.ts'
import type { Codec } from '@podpipe/schemas/codec.ts'
import type { Event, RawFrame, SeenBlock } from '@podpipe/schemas/records.ts'
import type { Service } from '@podpipe/schemas/service.ts'
import type { Topic, Topics } from '@podpipe/schemas/topics.ts'

export interface Places {
  readonly service: Service
  readonly partition: number
  readonly raw: TopicPartition & { readonly codec: Codec<RawFrame> }
  readonly unique: TopicPartition & { readonly codec: Codec<Event> }
  readonly seen: TopicPartition & { readonly codec: Codec<SeenBlock> }
  readonly rejected: TopicPartition
}

export function placesIn(topics: Topics, service: Service, partition: number): Places {
  const place = <Value>({ name, codec }: Topic<Value>) => ({ topic: name, partition, codec })
  return {
    service,
    partition,
    raw: place(topics.raw(service)),
    unique: place(topics.unique(service)),
    seen: place(topics.seen(service)),
    rejected: { topic: topics.rejected.name, partition: 0 },
  }
}

/** Every partition of every service of a table. */
export function placesOf(topics: Topics): Places[] {
  return topics.services.flatMap(service =>
    Array.from({ length: topics.raw(service).partitions }, (_, partition) =>
      placesIn(topics, service, partition),
    ),
  )
}
