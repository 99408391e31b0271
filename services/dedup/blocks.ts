// Which blocks of the ledger recovery still has to read. Pure.

import type { Clocks } from './window.ts'

/** A block of the ledger and how far its ids reach on either clock. */
export interface Block {
  readonly offset: number
  /** The highest clock time and the highest append time of its ids. */
  readonly reach: Clocks
}

/**
 * Index of the first block that may hold a live id; the number of blocks when there is none.
 * A block counts as live while the window has not passed its latest id on both clocks.
 */
export function oldestLiveBlock(blocks: readonly Block[], clocks: Clocks, window: number): number {
  const index = blocks.findIndex(
    ({ reach }) => clocks.event - reach.event < window || clocks.append - reach.append < window,
  )
  return index === -1 ? blocks.length : index
}
