// The latest entries of one kind, kept in memory and read on from where they ended each time somebody asks.

import { countPartitions } from '@podpipe/runtime/kafka/administration/topics.ts'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import type { Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { offsetsAtTime } from '@podpipe/runtime/kafka/read/offset-at-time.ts'
import { readRange } from '@podpipe/runtime/kafka/read/read-range.ts'
import type { HistoryEntry } from '@podpipe/schemas/records.ts'
import type { Topic } from '@podpipe/schemas/topics.ts'
import { readable } from '../readable.ts'

export interface HistoryTail {
  /**
   * What is kept, the oldest first; undefined where there is no topic of history.
   * @throws when Kafka does not answer
   */
  latest(): Promise<readonly HistoryEntry[] | undefined>
}

/**
 * @param options.keepMs how far back entries are kept, in milliseconds
 * @param options.most the newest so many
 * @param options.holds which of the kind are kept; all where nothing is said
 */
export function createHistoryTail(options: {
  readonly client: KafkaClient
  readonly fetcher: Pick<Fetcher, 'open' | 'offsets'>
  readonly topic: Topic<HistoryEntry>
  readonly kind: HistoryEntry['kind']
  readonly keepMs: number
  readonly most: number
  readonly holds?: (entry: HistoryEntry) => boolean
}): HistoryTail {
  const { client, fetcher, topic, kind, keepMs, most, holds = () => true } = options
  const place = { topic: topic.name, partition: 0 }
  let entries: HistoryEntry[] = []
  let next: number | undefined
  let reading: Promise<readonly HistoryEntry[] | undefined> | undefined

  const readOn = async (): Promise<readonly HistoryEntry[] | undefined> => {
    if (next === undefined && !(await countPartitions(client, [topic.name])).has(topic.name)) return undefined
    const { start, end } = await fetcher.offsets(place)
    // A topic that was made anew begins again.
    if (next === undefined || end < next) {
      entries = []
      next = (await offsetsAtTime(client, topic.name, Date.now() - keepMs))[0] ?? start
    }
    for await (const records of readRange(fetcher, place, Math.max(next, start), end)) {
      for (const { value } of records) {
        const entry = value === null ? undefined : readable(() => topic.codec.decode(value))
        if (entry?.kind === kind && holds(entry)) entries.push(entry)
      }
      if (entries.length > 2 * most) entries = entries.slice(-most)
    }
    next = end
    const oldest = Date.now() - keepMs
    // Several processes write, each some seconds late.
    entries = entries
      .filter(({ at }) => at >= oldest)
      .sort((a, b) => a.at - b.at)
      .slice(-most)
    return entries
  }
  return {
    // Two who ask at once are answered by one reading; the second would read the same once more.
    latest: () => {
      reading ??= readOn().finally(() => {
        reading = undefined
      })
      return reading
    },
  }
}
