// Reads the ledger of a partition back: its last block says where to go on, and which block is the oldest
// that recovery needs.

import type { TopicPartition } from '@podpipe/runtime/kafka/assigner.ts'
import type { Fetcher } from '@podpipe/runtime/kafka/fetcher.ts'
import { readRange } from '@podpipe/runtime/kafka/read-range.ts'
import type { Codec } from '@podpipe/schemas/codec.ts'
import type { SeenBlock } from '@podpipe/schemas/records.ts'
import { applyBlock, createState, type State, type Windows } from './state.ts'

// Behind the last block lie its transaction's marker and perhaps those of aborted ones.
const firstLookBack = 64

/**
 * Rebuilds the state of a partition. Call it only after the old owner has been fenced: before that a block
 * could still be committed behind what was read.
 */
export async function recover(
  fetcher: Fetcher,
  seen: TopicPartition,
  codec: Codec<SeenBlock>,
  windows: Windows,
): Promise<State> {
  const { start, end } = await fetcher.offsets(seen)
  const state = createState(windows)
  const last = await lastBlock(fetcher, seen, codec, start, end)
  if (last === undefined) return state
  const from = last.block.oldest_block < 0 ? last.offset : Math.max(start, last.block.oldest_block)
  for await (const records of readRange(fetcher, seen, from, end)) {
    for (const { value, offset } of records) {
      if (value !== null) applyBlock(state, codec.decode(value), offset)
    }
  }
  return state
}

async function lastBlock(
  fetcher: Fetcher,
  seen: TopicPartition,
  codec: Codec<SeenBlock>,
  start: number,
  end: number,
): Promise<{ block: SeenBlock; offset: number } | undefined> {
  for (let lookBack = firstLookBack; ; lookBack *= 4) {
    const from = Math.max(start, end - lookBack)
    let last: { block: SeenBlock; offset: number } | undefined
    for await (const records of readRange(fetcher, seen, from, end)) {
      const record = records.at(-1)
      if (record?.value != null) last = { block: codec.decode(record.value), offset: record.offset }
    }
    if (last !== undefined || from === start) return last
  }
}
