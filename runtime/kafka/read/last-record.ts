// The last record of a partition.

import type { TopicPartition } from '../group/assigner.ts'
import type { RangeReader } from './fetcher.ts'
import { readRange } from './read-range.ts'
import type { KafkaRecord } from './record.ts'

// Behind the last record lie its transaction's marker and perhaps those of aborted ones.
const usualLookBack = 64

/** The last committed record; undefined where there is none. */
export const lastRecord = async (
  fetcher: RangeReader,
  partition: TopicPartition,
): Promise<KafkaRecord | undefined> => lastRecordWithin(fetcher, partition, await fetcher.offsets(partition))

/**
 * The last committed record of `[start, end)`; undefined where there is none.
 * @param lookBack how many offsets are read first; where only markers lie there, four times as many
 */
export async function lastRecordWithin(
  fetcher: RangeReader,
  partition: TopicPartition,
  { start, end }: { readonly start: number; readonly end: number },
  lookBack = usualLookBack,
): Promise<KafkaRecord | undefined> {
  for (let many = lookBack; ; many *= 4) {
    const from = Math.max(start, end - many)
    let last: KafkaRecord | undefined
    for await (const records of readRange(fetcher, partition, from, end)) last = records.at(-1) ?? last
    if (last !== undefined || from === start) return last
  }
}
