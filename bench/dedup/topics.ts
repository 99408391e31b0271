// The topics of the measurement, seen from outside of those that are measured.

import { removeTopics } from '@podpipe/runtime/kafka/administration/remove-topics.ts'
import { applyTopics } from '@podpipe/runtime/kafka/administration/topics.ts'
import { connectKafka, type KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import { isPassing } from '@podpipe/runtime/kafka/passing.ts'
import { createFetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { readRange } from '@podpipe/runtime/kafka/read/read-range.ts'
import { createLog } from '@podpipe/runtime/log.ts'
import type { RawFrame } from '@podpipe/schemas/records.ts'
import { knownServices } from '@podpipe/schemas/service.ts'
import { listTopics, type Topic, topicsOf } from '@podpipe/schemas/topics.ts'

/** What was found in a topic. */
export interface ReadBack {
  readonly records: number
  readonly ids: number
}

export interface Outside {
  readonly client: KafkaClient
  readonly raw: Topic<RawFrame>
  /** Makes topics, anew where they are there already: empty. */
  empty(topics: readonly Topic<unknown>[]): Promise<void>
  /** Records written to a topic since it was made, whether committed or not, transactions' markers included. */
  written(topic: Topic<unknown>): Promise<number>
  /** Reads all that is committed in a topic. */
  readBack(topic: Topic<unknown>): Promise<ReadBack>
  /** How many records of raw a consumer group has committed. */
  committed(groupId: string): Promise<number>
  /**
   * Follows podpipe's ledger of message events from its start.
   * @returns how many records of raw its committed blocks have decided so far
   * @param stack takes what ends it
   */
  followLedger(stack: AsyncDisposableStack): () => number
}

/** Where podpipe works. */
export const kafka = { prefix: 'bench', partitions: 6, services: knownServices }
export const topics = topicsOf(kafka)

/**
 * Makes podpipe's topics and looks at them.
 * @param stack takes what closes it
 */
export async function openOutside(brokers: readonly string[], stack: AsyncDisposableStack): Promise<Outside> {
  // Silent: a fetch that is under way when its topic is emptied fails aloud, and nothing is wrong then.
  const log = createLog('bench', 'silent')
  const client = await connectKafka({ brokers, clientId: 'podpipe-bench', log })
  stack.defer(client.close)
  await applyTopics(client, listTopics(topics))
  const fetcher = await createFetcher(client)
  stack.defer(fetcher.close)
  const raw = topics.raw('message')

  return {
    client,
    raw,
    async empty(all) {
      await removeTopics(
        client,
        all.map(({ name }) => name),
      )
      await applyTopics(client, all)
      // Until the broker leads them all: what asks sooner is told of an error.
      for (const topic of all) await fetcher.edges(placesOf(topic), 'high')
    },
    async written(topic) {
      return sum(await fetcher.edges(placesOf(topic), 'high'))
    },
    async readBack(topic) {
      const ids = new Set<string>()
      let count = 0
      for (const place of placesOf(topic)) {
        const { start, end } = await fetcher.offsets(place)
        for await (const records of readRange(fetcher, place, start, end)) {
          count += records.length
          for (const { key } of records) ids.add(key?.toString('latin1') ?? '')
        }
      }
      return { records: count, ids: ids.size }
    },
    async committed(groupId) {
      const [found] = await client.admin.fetchOffsets({ groupId, topics: [raw.name] }).catch(error => {
        // The topic of the offsets is made when the first one asks for it.
        if (!isPassing(error)) throw error
        return []
      })
      return sum(found?.partitions.map(({ offset }) => Math.max(0, Number(offset))) ?? [])
    },
    followLedger(within) {
      const seen = topics.seen('message')
      const decided: number[] = []
      for (const place of placesOf(seen)) {
        const reader = fetcher.open(place, 0)
        const follow = async (): Promise<void> => {
          for (;;) {
            const { records } = await reader.take({ maxRecords: 1_000, wait: 0 })
            const block = records.at(-1)?.value
            if (block != null) decided[place.partition] = seen.codec.decode(block).next_offset
          }
        }
        // It ends when its reader is closed, and how is nobody's concern.
        void follow().catch(() => undefined)
        within.defer(() => reader.close())
      }
      return () => sum(decided.filter(offset => offset !== undefined))
    },
  }
}

const placesOf = ({ name, partitions }: Topic<unknown>): { topic: string; partition: number }[] =>
  Array.from({ length: partitions }, (_, partition) => ({ topic: name, partition }))

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
