// What the topics themselves say: how much was received, how dedup decided, what lies in unique.

import { connectKafka } from '@podpipe/runtime/kafka/client.ts'
import { createFetcher, type Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { readRange } from '@podpipe/runtime/kafka/read/read-range.ts'
import { createLog } from '@podpipe/runtime/log.ts'
import type { Rejected } from '@podpipe/schemas/records.ts'
import type { Service } from '@podpipe/schemas/service.ts'
import { type Topic, topicsOf } from '@podpipe/schemas/topics.ts'

export interface TopicCounts {
  /** Records in raw. */
  readonly received: number
  /** Totals of dedup's ledger: their sum is the number of records decided. */
  readonly unique: number
  readonly duplicate: number
  readonly rejected: number
  /** Records in unique, and how many of them repeat an id of the same service and cluster. */
  readonly inUnique: number
  readonly doubledInUnique: number
}

/** Reads the topics of an installation whole. For demos and tests: it takes time and memory by their size. */
export async function openTopics(
  brokers: readonly string[],
  settings: { prefix: string; partitions: number; services: readonly Service[] },
) {
  const client = await connectKafka({
    brokers,
    clientId: 'podpipe-accounting',
    log: createLog('accounting', 'silent'),
  })
  const fetcher = await createFetcher(client)
  const topics = topicsOf(settings)

  return {
    async counts(): Promise<TopicCounts> {
      let received = 0
      let inUnique = 0
      const ids = new Set<string>()
      const totals = { unique: 0, duplicate: 0, rejected: 0 }
      for (const service of topics.services) {
        received += await size(fetcher, topics.raw(service))
        for await (const { value } of all(fetcher, topics.unique(service))) {
          inUnique++
          ids.add(`${value.cluster}/${service}/${value.id}`)
        }
        const seen = topics.seen(service)
        for (let partition = 0; partition < seen.partitions; partition++) {
          let last = { unique: 0, duplicate: 0, rejected: 0 }
          for await (const { value } of all(fetcher, seen, partition)) last = value
          totals.unique += last.unique
          totals.duplicate += last.duplicate
          totals.rejected += last.rejected
        }
      }
      return { received, ...totals, inUnique, doubledInUnique: inUnique - ids.size }
    },
    /** Records in raw, without reading them. */
    async received(): Promise<number> {
      const sizes = await Promise.all(topics.services.map(service => size(fetcher, topics.raw(service))))
      return sizes.reduce((sum, each) => sum + each, 0)
    },
    async rejected(): Promise<Rejected[]> {
      const found: Rejected[] = []
      for await (const { value } of all(fetcher, topics.rejected)) found.push(value)
      return found
    },
    topics,
    client,
    fetcher,
    async close() {
      await fetcher.close()
      await client.close()
    },
  }
}

async function size(fetcher: Fetcher, topic: Topic<unknown>): Promise<number> {
  let records = 0
  for (let partition = 0; partition < topic.partitions; partition++) {
    const { start, end } = await fetcher.offsets({ topic: topic.name, partition })
    records += end - start
  }
  return records
}

/** Every committed record of a topic, or of one of its partitions, decoded. */
export async function* all<Value>(
  fetcher: Fetcher,
  topic: Topic<Value>,
  only?: number,
): AsyncGenerator<
  { value: Value; key: string; partition: number; offset: number; timestamp: number },
  void,
  undefined
> {
  const partitions = only === undefined ? Array.from({ length: topic.partitions }, (_, each) => each) : [only]
  for (const partition of partitions) {
    const place = { topic: topic.name, partition }
    const { start, end } = await fetcher.offsets(place)
    for await (const records of readRange(fetcher, place, start, end)) {
      for (const { key, value, offset, timestamp } of records) {
        if (value !== null)
          yield { value: topic.codec.decode(value), key: key?.toString() ?? '', partition, offset, timestamp }
      }
    }
  }
}
