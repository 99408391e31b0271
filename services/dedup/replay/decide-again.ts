// Decides a stretch of raw again. It writes nothing: what becomes of the decisions is the caller's affair.

import type { DedupSettings } from '@podpipe/runtime/config/config.ts'
import type { Batch } from '@podpipe/runtime/consume/work.ts'
import type { TopicPartition } from '@podpipe/runtime/kafka/group/assigner.ts'
import type { RangeReader } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { readRange } from '@podpipe/runtime/kafka/read/read-range.ts'
import type { Codec } from '@podpipe/schemas/codec.ts'
import type { RawFrame } from '@podpipe/schemas/records.ts'
import { blockOf } from '../batch.ts'
import { type Accepted, decide, nothingPending } from '../decide.ts'
import { applyBlock, type State } from '../state.ts'

/**
 * Yields the decided records of `[from, to)` batch by batch. Its batches are others than the first time; no
 * decision depends on where a batch ends, since clocks only go on and an id is known in it as behind it.
 * @param state what is known at `from`; it goes on with every batch
 */
export async function* decideAgain(
  fetcher: RangeReader,
  raw: TopicPartition & { readonly codec: Codec<RawFrame> },
  state: State,
  from: number,
  to: number,
  variants: DedupSettings['variants'] = 'reject',
): AsyncGenerator<Batch<Accepted>, void, undefined> {
  for await (const records of readRange(fetcher, raw, from, to)) {
    const nextOffset = (records.at(-1)?.offset ?? from) + 1
    const pending = nothingPending(state)
    const batch = {
      decided: records.map(record => ({
        record,
        outcome: decide(record, state, pending, raw.codec, variants),
      })),
      nextOffset,
    }
    if (records.length === 0) continue
    // The block is in no topic. It only has to come after the ones before it.
    const block = blockOf(batch, state, pending.clocks)
    yield batch
    applyBlock(state, block, nextOffset)
  }
}
