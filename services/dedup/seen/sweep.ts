// Forgetting: a hand that goes round through the bins, a few for each id that was added, and takes from the front of
// each what the window has passed.

import type { Clocks } from '../window.ts'
import { type Bins, depthOfBin, dropBin, nextOf, rowsOf, setDepth, setNext } from './bins.ts'
import { type Directory, enter, leastDepth } from './directory.ts'
import { mostRows } from './lines.ts'
import { absorb } from './moves.ts'
import { forgetRows } from './queue.ts'
import { touchFronts, touchLines } from './touch.ts'

/** What a look at an empty place costs, at a bin, and for each row that goes; an id that is added pays for one. */
const [perPlace, perBin, perRow] = [1, 6, 0.25]
/** In one call: some two tenths of a millisecond. What is left when many were added at once is for the next calls. */
const mostAtOnce = 4_000
/** Two bins that have no more than this together become one: far from where it would be cut again. */
const mergeable = mostRows / 3
/** So many bins are looked at side by side, so that their waits for memory are one. */
const group = 64
const visited = new Int32Array(group)
const binOf = new Int32Array(group)

export interface Sweep {
  /** How many ids were forgotten since the beginning. */
  forgotten: number
  /** The place in the directory that is next. */
  hand: number
  /** What the ids that were added have paid for. */
  credit: number
  /** What was last swept for says what a full bin may forget before it is cut. */
  horizon: { readonly clocks: Clocks; readonly window: number } | undefined
}

export const createSweep = (): Sweep => ({ forgotten: 0, hand: 0, credit: 0, horizon: undefined })

/** Forgets what may go from a full bin, as of the last clocks. @returns whether that has made room */
export function forgetFrom(sweep: Sweep, bins: Bins, bin: number): boolean {
  if (sweep.horizon === undefined) return false
  const { clocks, window } = sweep.horizon
  const gone = forgetRows(bins, bin, clocks, window)
  sweep.forgotten += gone
  return gone > 0
}

export function sweepSome(
  sweep: Sweep,
  bins: Bins,
  directory: Directory,
  clocks: Clocks,
  window: number,
): void {
  sweep.horizon = { clocks, window }
  const left = Math.max(0, sweep.credit - mostAtOnce)
  while (sweep.credit > left) {
    const count = takeNext(sweep, directory, left)
    touchLines(bins, binOf, count)
    touchFronts(bins, binOf, count)
    for (let at = 0; at < count; at++) {
      visit(sweep, bins, directory, visited[at] as number, clocks, window)
    }
  }
}

/** Takes the next bins of the round. @returns how many */
function takeNext(sweep: Sweep, { places }: Directory, left: number): number {
  let taken = 0
  let { hand, credit } = sweep
  if (hand >= places.length) hand = 0
  while (taken < group && hand < places.length && credit > left) {
    const bin = places[hand] as number
    if (bin === 0) {
      hand++
      credit -= perPlace
      continue
    }
    visited[taken] = hand
    binOf[taken++] = bin
    credit -= perBin
    while (places[hand] === bin) hand++
  }
  sweep.hand = hand
  sweep.credit = credit
  return taken
}

function visit(
  sweep: Sweep,
  bins: Bins,
  directory: Directory,
  index: number,
  clocks: Clocks,
  window: number,
): void {
  const first = directory.places[index] as number
  let before = 0
  let bin = first
  // The last one is the oldest, and none goes before it.
  for (let next = nextOf(bins, bin); next !== 0; next = nextOf(bins, bin)) {
    before = bin
    bin = next
  }
  const gone = forgetRows(bins, bin, clocks, window)
  sweep.forgotten += gone
  sweep.credit -= perRow * gone
  if (before === 0) {
    if (rowsOf(bins, bin) <= mergeable) merge(bins, directory, index)
  } else if (rowsOf(bins, bin) === 0) {
    setNext(bins, before, 0)
    dropBin(bins, bin)
  }
}

function merge(bins: Bins, directory: Directory, index: number): void {
  const { depth, places } = directory
  const bin = places[index] as number
  const own = depthOfBin(bins, bin)
  if (own === leastDepth) return
  const buddy = places[index ^ (1 << (depth - own))] as number
  if (buddy === 0 || depthOfBin(bins, buddy) !== own || nextOf(bins, buddy) !== 0) return
  if (rowsOf(bins, bin) + rowsOf(bins, buddy) > mergeable) return
  absorb(bins, bin, buddy)
  dropBin(bins, buddy)
  setDepth(bins, bin, own - 1)
  enter(directory, bins, bin, index)
}
