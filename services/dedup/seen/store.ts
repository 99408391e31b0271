// The ids a dedup task remembers: a table that grows and shrinks a bin of some hundred ids at a time, so that nothing
// ever stands still for a large one (ADR 11).
//
// The first bits of a fingerprint choose its bin. A full bin is cut in two by the next bit, two that are nearly empty
// become one again. Nothing else ever moves, so an id is copied about once after it was added.

import type { Fingerprint } from '@podpipe/schemas/id-fingerprint.ts'
import { noEventTime } from '@podpipe/schemas/seen-ids.ts'
import type { Clocks, Remembered } from '../window.ts'
import { addMany, addOne, type Table } from './additions.ts'
import { createBins, memoryOfBins } from './bins.ts'
import { createDirectory, leastDepth, memoryOfDirectory, mostDepth } from './directory.ts'
import { mostRows } from './lines.ts'
import { findMany, findOne } from './look-ups.ts'
import { appendTimeAt, eventTimeAt } from './row-times.ts'
import { createSweep, sweepSome } from './sweep.ts'

/** Remembers accepted ids by their fingerprints. */
export interface SeenStore {
  /** An id that was accepted again counts twice until the window has passed the first time. */
  readonly size: number
  /** Memory that it takes, in bytes. */
  readonly memory: number
  /** Lays an empty table out for so many ids, so that nothing moves while they are added. */
  reserve(ids: number): void
  /** What was accepted last under this fingerprint, whether it is still within the window or not. */
  find(id: Fingerprint): Remembered | undefined
  /**
   * Looks many up at once, which in a large table is a good deal faster.
   * @param ids three words each: `first`, `second`, and `place` above `third`
   * @param found receives where each is, for `at`, or -1; good until the next `add`, `addAll` or `expire`
   */
  findAll(ids: Int32Array, count: number, found: Int32Array): void
  at(found: number): Remembered
  /** Remembers an accepted id; a later acceptance replaces an earlier one. */
  add(id: Fingerprint, eventTime: number | null, appendTime: number): void
  /**
   * Remembers the ids of a block, see `packSeenIds`.
   * @throws RangeError when the bytes are not a whole number of ids
   */
  addAll(packed: Buffer): void
  /**
   * Forgets a part of the ids that are no longer within the window. It looks at a few for each that was added, and at
   * no more than some hundred bins in one call, so that it costs nobody a pause, and gets through the table again and
   * again.
   */
  expire(clocks: Clocks, window: number): void
}

/** How many ids a bin gets at most where it is known how many will come: so that hardly one is cut. */
const reservedRows = 0.9 * mostRows

export function createSeenStore(): SeenStore {
  const bins = createBins()
  const sweep = createSweep()
  let directory = createDirectory(leastDepth)
  let table: Table = { bins, directory, sweep, firstDepth: leastDepth }
  let added = 0
  const count = (ids: number): void => {
    added += ids
    sweep.credit += ids
  }
  const at = (found: number): Remembered => {
    const bin = Math.floor(found / mostRows)
    const place = found - bin * mostRows
    const eventTime = eventTimeAt(bins, bin, place)
    return {
      eventTime: eventTime === noEventTime ? null : eventTime,
      appendTime: appendTimeAt(bins, bin, place),
    }
  }
  return {
    get size() {
      return added - sweep.forgotten
    },
    get memory() {
      return memoryOfBins(bins) + memoryOfDirectory(directory)
    },
    reserve(ids) {
      if (added > 0) return
      const depth = Math.ceil(Math.log2(Math.max(1, ids) / reservedRows))
      const firstDepth = Math.min(mostDepth, Math.max(leastDepth, depth))
      directory = createDirectory(firstDepth)
      table = { bins, directory, sweep, firstDepth }
    },
    find({ place, first, second, third }) {
      const found = findOne(bins, directory, first, second, (place << 16) | third)
      return found < 0 ? undefined : at(found)
    },
    findAll: (ids, count, found) => findMany(bins, directory, ids, count, found),
    at,
    add({ place, first, second, third }, eventTime, appendTime) {
      addOne(table, first, second, (place << 16) | third, eventTime ?? noEventTime, appendTime)
      count(1)
    },
    addAll: packed => count(addMany(table, packed)),
    expire: (clocks, window) => sweepSome(sweep, bins, directory, clocks, window),
  }
}
