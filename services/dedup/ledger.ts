// Reads the ledger of a partition back: its last block says where to go on, and which block is the oldest
// that recovery needs.

import type { TopicPartition } from '@podpipe/runtime/kafka/group/assigner.ts'
import type { RangeReader } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { lastRecordWithin } from '@podpipe/runtime/kafka/read/last-record.ts'
import { readRange } from '@podpipe/runtime/kafka/read/read-range.ts'
import type { Codec } from '@podpipe/schemas/codec.ts'
import type { SeenBlock } from '@podpipe/schemas/records.ts'
import { countSeenIds } from '@podpipe/schemas/seen-ids.ts'
import { addBlock, createState, forgetPassed, type State, type Windows } from './state.ts'

/**
 * Rebuilds the state of a partition. Call it only after the old owner has been fenced: before that a block
 * could still be committed behind what was read.
 * @param onProgress told now and then how much has been read, from 0 to 1
 */
export async function recover(
  fetcher: RangeReader,
  seen: TopicPartition,
  codec: Codec<SeenBlock>,
  windows: Windows,
  onProgress: (share: number) => void = () => undefined,
): Promise<State> {
  const state = createState(windows)
  const { start, end } = await fetcher.offsets(seen)
  const last = await lastRecordWithin(fetcher, seen, { start, end })
  if (last?.value == null) return state
  const { oldest_block: oldest, unique } = codec.decode(last.value)
  const from = oldest < 0 ? last.offset : Math.max(start, oldest)
  for await (const records of readRange(fetcher, seen, from, end)) {
    for (const { value, offset } of records) {
      if (value === null) continue
      const block = codec.decode(value)
      // By the running totals it is known how many will come, and all of them are live but for a few.
      if (state.nextOffset === undefined) state.seen.reserve(unique - block.unique + countSeenIds(block.ids))
      addBlock(state, block, offset)
    }
    const last = records.at(-1)
    if (last !== undefined) onProgress((last.offset + 1 - from) / (end - from))
  }
  forgetPassed(state)
  return state
}
