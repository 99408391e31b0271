// What a dedup task knows of its partition: clocks, ids, totals. It changes in one place, when a batch has
// been committed, and can be rebuilt from the ledger at any time.

import type { SeenBlock } from '@podpipe/schemas/records.ts'
import { unpackSeenIds } from '@podpipe/schemas/seen-ids.ts'
import { type Block, oldestLiveBlock } from './blocks.ts'
import { createSeenStore, type SeenStore } from './seen-store.ts'
import { advance, type Clocks, clocksBeforeTheFirst, isLive } from './window.ts'

/** How many records a partition has seen decided since its first, and how. decided = unique + duplicate + rejected. */
export interface Totals {
  readonly decided: number
  readonly unique: number
  readonly duplicate: number
  readonly rejected: number
}

export interface Windows {
  /** How long live frames look back, in milliseconds. */
  readonly live: number
  /** How long archive frames look back, in milliseconds: never less than `live`. */
  readonly archive: number
}

export interface State {
  readonly seen: SeenStore
  readonly windows: Windows
  clocks: Clocks
  totals: Totals
  /** The first raw offset that is not decided; none before the first block. */
  nextOffset: number | undefined
  /** The ledger's blocks that may hold live ids, oldest first. */
  blocks: Block[]
}

export function createState(windows: Windows): State {
  return {
    seen: createSeenStore(),
    windows,
    clocks: clocksBeforeTheFirst,
    totals: { decided: 0, unique: 0, duplicate: 0, rejected: 0 },
    nextOffset: undefined,
    blocks: [],
  }
}

/**
 * Adds a committed block, whether it was just written or is read back: both ways lead to the same state.
 * @param offset where the block lies in the seen topic
 */
export function applyBlock(state: State, block: SeenBlock, offset: number): void {
  const ids = unpackSeenIds(block.ids)
  for (const id of ids) state.seen.add(id)
  state.totals = {
    decided: block.decided,
    unique: block.unique,
    duplicate: block.duplicate,
    rejected: block.rejected,
  }
  state.nextOffset = block.next_offset
  state.clocks = {
    event: block.event_clock ?? Number.NEGATIVE_INFINITY,
    append: block.append_clock ?? Number.NEGATIVE_INFINITY,
  }
  if (ids.length > 0) {
    state.blocks.push({ offset, reach: ids.reduce(advance, clocksBeforeTheFirst) })
  }
  // What the longest window has passed over is needed by nobody.
  const { clocks, windows } = state
  state.seen.expire(id => !isLive(id, clocks, windows.archive))
  const passed = oldestLiveBlock(state.blocks, clocks, windows.archive)
  // Not without need: a recovery applies a hundred thousand blocks, and each time this copies them all.
  if (passed > 0) state.blocks = state.blocks.slice(passed)
}
