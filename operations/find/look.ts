// Looks for the traces of one event in the topics.

import { placesIn } from '@podpipe/dedup/places.ts'
import type { Output } from '@podpipe/runtime/config/config.ts'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import { committedOffset } from '@podpipe/runtime/kafka/group/group.ts'
import { closedBy } from '@podpipe/runtime/kafka/read/closed-by.ts'
import type { Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { lastRecord } from '@podpipe/runtime/kafka/read/last-record.ts'
import { offsetsAtTime } from '@podpipe/runtime/kafka/read/offset-at-time.ts'
import { offsetOfTime, probeOf } from '@podpipe/runtime/kafka/read/offset-of-time.ts'
import { readRange } from '@podpipe/runtime/kafka/read/read-range.ts'
import type { KafkaRecord } from '@podpipe/runtime/kafka/read/record.ts'
import { partitionOfKey } from '@podpipe/runtime/kafka/write/key-partitioner.ts'
import { groupOf } from '@podpipe/schemas/names.ts'
import type { Service } from '@podpipe/schemas/service.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'
import type { Copy, Found, Published, Refused } from './way.ts'

export interface Lookup {
  readonly client: KafkaClient
  readonly fetcher: Fetcher
  readonly topics: Topics
  readonly prefix: string
  readonly outputs: readonly Output[]
  /** Milliseconds since 1970; copies that Kafka had before are not looked for, nor those from `to` on. */
  readonly from: number
  readonly to?: number
  /** Ends the looking with its reason: half of what lies there would tell another way. */
  readonly signal?: AbortSignal
}

/** Reads the one partition in which an id of a kind of event can be, from the time on. */
export async function lookFor(id: string, service: Service, lookup: Lookup): Promise<Found> {
  const { client, topics, prefix, outputs, from, to = Number.POSITIVE_INFINITY, signal } = lookup
  const fetcher = signal === undefined ? lookup.fetcher : closedBy(lookup.fetcher, signal)
  const key = Buffer.from(id)
  const partition = partitionOfKey(key, topics.raw(service).partitions)
  const { raw, unique, seen } = placesIn(topics, service, partition)

  const copies: Copy[] = []
  for await (const { offset, timestamp, value } of having(key, raw)) {
    const { cluster, mode } = raw.codec.decode(value)
    copies.push({ partition, offset, at: timestamp, cluster, mode })
  }
  const published: Published[] = []
  for await (const { offset, value } of having(key, unique)) {
    const { raw_partition: rawPartition, raw_offset: rawOffset } = unique.codec.decode(value)
    published.push({ partition, offset, rawPartition, rawOffset })
  }
  const block = (await lastRecord(fetcher, seen))?.value
  const delivered = outputs.filter(output => output.services.includes(service))
  return {
    service,
    rawTopic: raw.topic,
    uniqueTopic: unique.topic,
    copies,
    published,
    refused: await refusals([raw.topic, unique.topic]),
    decidedTo: block == null ? 0 : seen.codec.decode(block).next_offset,
    outputs: await Promise.all(
      delivered.map(async ({ name }) => ({
        name,
        deliveredTo: await committedOffset(client, groupOf(prefix, `forwarder-${name}`), unique),
      })),
    ),
  }

  async function* having(
    wanted: Buffer,
    place: { topic: string; partition: number },
  ): AsyncGenerator<KafkaRecord & { value: Buffer }> {
    const { start, end } = await fetcher.offsets(place)
    const near = (await offsetsAtTime(client, place.topic, from))[place.partition] ?? end
    const begin = await offsetOfTime(probeOf(fetcher, place, end), Math.max(start, near), end, from)
    for await (const records of readRange(fetcher, place, begin, end)) {
      for (const record of records) {
        const { key: found, value, timestamp } = record
        if (timestamp >= to) return
        if (found !== null && value !== null && found.equals(wanted)) yield { ...placed(record), value }
      }
    }
  }

  async function refusals(origins: readonly string[]): Promise<Refused[]> {
    const place = { topic: topics.rejected.name, partition: 0 }
    const { start, end } = await fetcher.offsets(place)
    const begin = (await offsetsAtTime(client, place.topic, from))[0] ?? end
    const found: Refused[] = []
    for await (const records of readRange(fetcher, place, Math.max(start, begin), end)) {
      for (const { timestamp, value } of records) {
        // Times do not grow here, where partitions of many topics come together.
        if (value === null || timestamp < from) continue
        const { topic, partition: at, offset, reason, error } = topics.rejected.codec.decode(value)
        if (origins.includes(topic) && at === partition)
          found.push({ topic, partition: at, offset, reason, error })
      }
    }
    return found
  }
}

// A fetched record keeps its fields behind getters, which a spread would leave behind.
const placed = ({ topic, partition, offset, timestamp, key }: KafkaRecord) => ({
  topic,
  partition,
  offset,
  timestamp,
  key,
})
