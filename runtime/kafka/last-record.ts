// The last record of a partition.

import type { TopicPartition } from './assigner.ts'
import type { RangeReader } from './fetcher.ts'
import { readRange } from './read-range.ts'
import type { KafkaRecord } from './record.ts'

// Behind the last record lie its transaction's marker and perhaps those of aborted ones.
const firstLookBack = 64

/** The last committed record; undefined where there is none. */
export async function lastRecord(
  fetcher: RangeReader,
  partition: TopicPartition,
): Promise<KafkaRecord | undefined> {
  const { start, end } = await fetcher.offsets(partition)
  for (let lookBack = firstLookBack; ; lookBack *= 4) {
    const from = Math.max(start, end - lookBack)
    let last: KafkaRecord | undefined
    for await (const records of readRange(fetcher, partition, from, end)) last = records.at(-1) ?? last
    if (last !== undefined || from === start) return last
  }
}
