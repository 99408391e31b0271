// The ids a dedup task remembers: a table that grows and shrinks a bin of some hundred ids at a time, so that nothing
// ever stands still for a large one (ADR 11).
//
// The first bits of a fingerprint choose its bin. A full bin is cut in two by the next bit, two that are nearly empty
// become one again. Nothing else ever moves, so an id is copied about once after it was added.

import type { Fingerprint } from '@podpipe/schemas/id-fingerprint.ts'
import type { Clocks, Remembered } from '../window.ts'
import { createBins, mostRows } from './bins.ts'

/** Remembers accepted ids by their fingerprints. */
export interface SeenStore {
  readonly size: number
  /** Memory that it takes, in bytes. */
  readonly memory: number
  /** Lays an empty table out for so many ids, so that nothing moves while they are added. */
  reserve(ids: number): void
  /** What was accepted last under this fingerprint, whether it is still within the window or not. */
  find(id: Fingerprint): Remembered | undefined
  /** Remembers an accepted id; a later acceptance replaces an earlier one. */
  add(id: Fingerprint, eventTime: number | null, appendTime: number): void
  /**
   * Forgets a part of the ids that are no longer within the window. It looks at a few for each that was added, and at
   * no more than some thousands in one call, so that it costs nobody a pause, and gets through the table again and
   * again.
   */
  expire(clocks: Clocks, window: number): void
}

/** The first 8 bits of a fingerprint choose among 256 bins at least, and are kept nowhere else. */
const leastDepth = 8
/** Of the bits that choose, 16 are the place's and the others the first ones of `first`. */
const mostDepth = 22
/** How many ids are looked at for each new one: all of them four times in a window. */
const looks = 4
/** In one call: about half a millisecond. What is left when many were added at once is for the next calls. */
const looksAtOnce = 16_000
/** How many a full bin has to forget, or else it is cut: were one enough, each id would cost a look at all. */
const worthwhile = 8
/** Two bins that have no more than this together become one: far from where it would be cut again. */
const mergeable = mostRows / 3
const bytesPerPlace = 4
/** How many ids a bin gets at most where it is known how many will come: so that hardly one is cut. */
const reservedRows = 0.9 * mostRows

export function createSeenStore(): SeenStore {
  const bins = createBins()
  let depth = leastDepth
  /** How deep a bin is when it is made. */
  let first = leastDepth
  // The bins by the first bits of a place, as many as the deepest one has; 0 where there is none yet.
  let directory = new Uint32Array(1 << depth)
  let size = 0
  let hand = 0
  let credit = 0
  // What was last swept for says what a full bin may forget before it is cut.
  let horizon: { clocks: Clocks; window: number } | undefined

  const indexOf = (id: Fingerprint): number => ((id.place << 6) | (id.first >>> 26)) >>> (mostDepth - depth)

  /** Puts a bin into all places of the directory that begin with its bits, of which `index` is one. */
  const enter = (bin: number, index: number): void => {
    const span = 1 << (depth - bins.depth(bin))
    const start = index & -span
    directory.fill(bin, start, start + span)
  }

  const rowIn = (start: number, id: Fingerprint): { bin: number; row: number } | undefined => {
    for (let bin = start; bin !== 0; bin = bins.next(bin)) {
      const row = bins.find(bin, id)
      if (row >= 0) return { bin, row }
    }
    return undefined
  }

  const deepen = (): void => {
    const deeper = new Uint32Array(directory.length * 2)
    for (let at = 0; at < directory.length; at++) deeper.fill(directory[at] ?? 0, 2 * at, 2 * at + 2)
    directory = deeper
    hand *= 2
    depth++
  }

  const cut = (bin: number, id: Fingerprint): void => {
    const own = bins.depth(bin)
    if (own === depth) deepen()
    const index = indexOf(id)
    const other = bins.create(own + 1)
    bins.setDepth(bin, own + 1)
    // Of the place's 22 bits the last 14 can be asked for, and the first 8 have chosen already.
    bins.divide(bin, 1 << (mostDepth - own - 1 + 2), other)
    const span = 1 << (depth - own - 1)
    const start = index & -(2 * span)
    enter(bin, start)
    enter(other, start + span)
  }

  /** Makes room in a full bin, or behind it. */
  const makeRoom = (bin: number, id: Fingerprint): void => {
    if (horizon !== undefined) {
      const gone = bins.sweep(bin, horizon.clocks, horizon.window)
      size -= gone
      if (gone >= worthwhile) return
    }
    if (bins.depth(bin) < mostDepth) cut(bin, id)
    else {
      // No more bits that could tell its ids apart, which for ids under a secret key means: hundreds of millions.
      const another = bins.create(mostDepth)
      bins.setNext(another, bin)
      enter(another, indexOf(id))
    }
  }

  /** Forgets what may be forgotten in the bins of a place. */
  const clean = (index: number, clocks: Clocks, window: number): void => {
    let before = 0
    for (let bin = directory[index] ?? 0; bin !== 0; ) {
      const next = bins.next(bin)
      size -= bins.sweep(bin, clocks, window)
      if (bins.count(bin) > 0 || (before === 0 && next === 0)) before = bin
      else {
        if (before === 0) enter(next, index)
        else bins.setNext(before, next)
        bins.drop(bin)
      }
      bin = next
    }
    merge(index)
  }

  const merge = (index: number): void => {
    const bin = directory[index] ?? 0
    const own = bins.depth(bin)
    if (own === leastDepth || bins.next(bin) !== 0) return
    const buddy = directory[index ^ (1 << (depth - own))] ?? 0
    if (bins.depth(buddy) !== own || bins.next(buddy) !== 0) return
    if (bins.count(bin) + bins.count(buddy) > mergeable) return
    bins.absorb(bin, buddy)
    bins.drop(buddy)
    bins.setDepth(bin, own - 1)
    enter(bin, index)
  }

  return {
    get size() {
      return size
    },
    get memory() {
      return bins.memory + directory.length * bytesPerPlace
    },
    reserve(ids) {
      if (size > 0) return
      first = Math.min(mostDepth, Math.max(leastDepth, Math.ceil(Math.log2(Math.max(1, ids) / reservedRows))))
      depth = first
      directory = new Uint32Array(1 << depth)
    },
    find(id) {
      const bin = directory[indexOf(id)] ?? 0
      if (bin === 0) return undefined
      const found = rowIn(bin, id)
      return found === undefined ? undefined : bins.read(found.bin, found.row)
    },
    add(id, eventTime, appendTime) {
      let bin = directory[indexOf(id)] ?? 0
      if (bin === 0) {
        bin = bins.create(first)
        enter(bin, indexOf(id))
      }
      const found = rowIn(bin, id)
      if (found !== undefined) {
        bins.replace(found.bin, found.row, eventTime, appendTime)
        return
      }
      while (bins.count(bin) === mostRows) {
        makeRoom(bin, id)
        bin = directory[indexOf(id)] ?? 0
      }
      bins.add(bin, id, eventTime, appendTime)
      size++
      credit += looks
    },
    expire(clocks, window) {
      horizon = { clocks, window }
      const left = Math.max(0, credit - looksAtOnce)
      while (credit > left) {
        if (hand >= directory.length) hand = 0
        const bin = directory[hand] ?? 0
        if (bin === 0) {
          hand++
          credit--
          continue
        }
        const index = hand
        // Two that became one may have been looked at in part.
        const span = 1 << (depth - bins.depth(bin))
        hand = (hand & -span) + span
        credit -= 1 + bins.count(bin)
        clean(index, clocks, window)
      }
    },
  }
}
