// Finds records of a partition without reading all of it, by what only ever grows along the topic: in the ledger
// and in unique that is the offset of raw.

import type { TopicPartition } from '@podpipe/runtime/kafka/group/assigner.ts'
import type { RangeReader } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { readRange } from '@podpipe/runtime/kafka/read/read-range.ts'
import type { Codec } from '@podpipe/schemas/codec.ts'

/** A record and where it lies. */
export interface Found<Value> {
  readonly offset: number
  /** Milliseconds since 1970. */
  readonly timestamp: number
  readonly value: Value
}

/**
 * The last record for which something does not hold yet, and the first one for which it does.
 * @param holds once true of a record, it must be true of every later one
 */
export async function searchPartition<Value>(
  fetcher: RangeReader,
  place: TopicPartition,
  codec: Codec<Value>,
  holds: (value: Value) => boolean,
): Promise<{ readonly before: Found<Value> | undefined; readonly first: Found<Value> | undefined }> {
  let { start: low, end: high } = await fetcher.offsets(place)
  let before: Found<Value> | undefined
  let first: Found<Value> | undefined
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const found = await firstOf(fetcher, place, codec, middle, high)
    if (found === undefined) high = middle
    else if (holds(found.value)) {
      first = found
      high = middle
    } else {
      before = found
      low = found.offset + 1
    }
  }
  return { before, first }
}

/** A partition as it was when it ended at an offset. */
export const endingAt = (fetcher: RangeReader, end: number): RangeReader => ({
  open: (...how) => fetcher.open(...how),
  offsets: async place => ({ start: (await fetcher.offsets(place)).start, end }),
})

/** The first committed record of `[from, to)`. */
export async function firstOf<Value>(
  fetcher: RangeReader,
  place: TopicPartition,
  codec: Codec<Value>,
  from: number,
  to: number,
): Promise<Found<Value> | undefined> {
  for await (const records of readRange(fetcher, place, from, to)) {
    for (const { offset, timestamp, value } of records) {
      if (value !== null) return { offset, timestamp, value: codec.decode(value) }
    }
  }
  return undefined
}
