// What the topic of history holds of a time: samples of the figures, what sessions met, what people did.

import { countPartitions } from '@podpipe/runtime/kafka/administration/topics.ts'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import type { Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { offsetsAtTime } from '@podpipe/runtime/kafka/read/offset-at-time.ts'
import { readRange } from '@podpipe/runtime/kafka/read/read-range.ts'
import type { HistoryEntry } from '@podpipe/schemas/records.ts'
import type { Topic } from '@podpipe/schemas/topics.ts'
import { readable } from '../readable.ts'

/** What is asked for; all of it where nothing is said. */
export interface HistoryQuery {
  /** Milliseconds since 1970; entries of this moment count. */
  readonly from: number
  /** Milliseconds since 1970; entries of this moment do not count. Left out, everything up to now. */
  readonly to?: number
  readonly kind?: HistoryEntry['kind']
  readonly subject?: string
  /** The newest so many. */
  readonly most?: number
}

// Several processes write, each by its own clock and some seconds late.
const disorder = 60_000
const usualMost = 20_000

/**
 * The entries of a time, the oldest first; none where the topic is not there.
 * @throws when Kafka does not answer
 */
export async function readHistory(
  client: KafkaClient,
  fetcher: Fetcher,
  topic: Topic<HistoryEntry>,
  query: HistoryQuery,
): Promise<HistoryEntry[]> {
  if (!(await countPartitions(client, [topic.name])).has(topic.name)) return []
  const place = { topic: topic.name, partition: 0 }
  const [first = 0] = await offsetsAtTime(client, topic.name, Math.max(0, query.from - disorder))
  const { start, end } = await fetcher.offsets(place)
  const found: HistoryEntry[] = []
  for await (const records of readRange(fetcher, place, Math.max(first, start), end)) {
    for (const { value } of records) {
      const entry = value === null ? undefined : readable(() => topic.codec.decode(value))
      if (entry !== undefined && isMeant(entry, query)) found.push(entry)
    }
  }
  return found.sort((a, b) => a.at - b.at).slice(-(query.most ?? usualMost))
}

/** Whether an entry is asked for. */
export const isMeant = (
  { at, kind, subject }: HistoryEntry,
  { from, to = Number.POSITIVE_INFINITY, ...wanted }: HistoryQuery,
): boolean =>
  at >= from &&
  at < to &&
  (wanted.kind === undefined || wanted.kind === kind) &&
  (wanted.subject === undefined || wanted.subject === subject)
