// Reads a stretch of a partition from one offset to another and stops there.

import type { TopicPartition } from '../group/assigner.ts'
import type { RangeReader } from './fetcher.ts'
import type { KafkaRecord } from './record.ts'

const chunkRecords = 1_000

/** Yields the committed records of `[from, to)`, a few at a time. */
export async function* readRange(
  fetcher: RangeReader,
  partition: TopicPartition,
  from: number,
  to: number,
): AsyncGenerator<readonly KafkaRecord[], void, undefined> {
  if (from >= to) return
  const reader = fetcher.open(partition, from, undefined, undefined, to)
  try {
    for (let next = from; next < to; ) {
      const taken = await reader.take({ maxRecords: chunkRecords, wait: 0 })
      next = taken.nextOffset
      yield taken.records.filter(({ offset }) => offset < to)
    }
  } finally {
    reader.close()
  }
}
