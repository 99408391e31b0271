// Finds blocks of the ledger without reading all of it: what a block tells only ever grows along the topic.

import type { TopicPartition } from '@podpipe/runtime/kafka/assigner.ts'
import type { RangeReader } from '@podpipe/runtime/kafka/fetcher.ts'
import { readRange } from '@podpipe/runtime/kafka/read-range.ts'
import type { Codec } from '@podpipe/schemas/codec.ts'
import type { SeenBlock } from '@podpipe/schemas/records.ts'

/** A block and where it lies. */
export interface FoundBlock {
  readonly offset: number
  /** When the broker appended the last raw record that it decides, in milliseconds since 1970. */
  readonly timestamp: number
  readonly block: SeenBlock
}

/**
 * The last block for which something does not hold yet, and the first one for which it does.
 * @param holds once true of a block, it must be true of every later one
 */
export async function searchLedger(
  fetcher: RangeReader,
  seen: TopicPartition,
  codec: Codec<SeenBlock>,
  holds: (block: SeenBlock) => boolean,
): Promise<{ readonly before: FoundBlock | undefined; readonly first: FoundBlock | undefined }> {
  let { start: low, end: high } = await fetcher.offsets(seen)
  let before: FoundBlock | undefined
  let first: FoundBlock | undefined
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const found = await firstBlockOf(fetcher, seen, codec, middle, high)
    if (found === undefined) high = middle
    else if (holds(found.block)) {
      first = found
      high = middle
    } else {
      before = found
      low = found.offset + 1
    }
  }
  return { before, first }
}

async function firstBlockOf(
  fetcher: RangeReader,
  seen: TopicPartition,
  codec: Codec<SeenBlock>,
  from: number,
  to: number,
): Promise<FoundBlock | undefined> {
  for await (const records of readRange(fetcher, seen, from, to)) {
    for (const { offset, timestamp, value } of records) {
      if (value !== null) return { offset, timestamp, block: codec.decode(value) }
    }
  }
  return undefined
}
