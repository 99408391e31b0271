// The ids a dedup task remembers: tables of buckets that grow a bucket at a time, so that nothing ever stands still
// for a large one (ADR 11).
//
// An id may lie in two buckets of its table, chosen by its fingerprint, and is put into the emptier one: so they
// fill evenly, and nine tenths of all rows are in use. A table grows by linear hashing: the bucket whose turn it is
// hands those rows on to the new one that belong there by one more bit.

import type { Fingerprint } from '@podpipe/schemas/id-fingerprint.ts'
import { bucketRows, createBuckets, type Times } from './seen-buckets.ts'
import type { Clocks, Remembered } from './window.ts'

/** Remembers accepted ids by their fingerprints. */
export interface SeenStore {
  readonly size: number
  /** Memory that it takes, in bytes. */
  readonly memory: number
  /** What was accepted last under this fingerprint, whether it is still within the window or not. */
  find(id: Fingerprint): Remembered | undefined
  /** Remembers an accepted id; a later acceptance replaces an earlier one. */
  add(id: Fingerprint, eventTime: number | null, appendTime: number): void
  /**
   * Forgets a part of the ids that are no longer within the window. It looks at a few for each that was added since
   * the last call, so that it costs nobody a pause, and gets through all tables again and again.
   */
  expire(clocks: Clocks, window: number): void
}

/** One of the 256 tables: the first 8 bits of a fingerprint choose it and are kept nowhere else. */
interface Table extends Times {
  base: number
  far: number[]
  /** Of these the first `count` are in use. */
  buckets: Uint32Array
  count: number
  size: number
}

const tableBits = 8
/** On average, of 16. Beyond 15 it gets hard to find room; below 14 memory lies idle. */
const rowsPerBucket = 14.4
/** How many ids are looked at for each new one: all of them four times in a window. */
const looks = 4
/** How long before the first append time of a table its base lies, in milliseconds: 12 days. */
const slack = 2 ** 30
/** Of the objects around a table, bytes. */
const overhead = 300
/** No two ids have so much in common that more buckets make no room for both, or the hash is broken. */
const mostSplits = 1_000

export function createSeenStore(): SeenStore {
  const buckets = createBuckets()
  const tables: (Table | undefined)[] = Array.from({ length: 1 << tableBits })
  let size = 0
  let memory = 0
  let credit = 0
  const hand = { table: 0, bucket: 0 }

  const createTable = (base: number): Table => {
    memory += overhead + 4
    return { base, far: [], buckets: Uint32Array.of(buckets.take()), count: 1, size: 0 }
  }
  const bucketAt = (table: Table, index: number): number => table.buckets[index] ?? 0
  /** Which bucket of a table a hash means: as many of its low bits as there are buckets for. */
  const indexOf = ({ count }: Table, hash: number): number => {
    const mask = 2 ** (32 - Math.clz32(count - 1)) - 1
    const index = hash & mask
    return index < count ? index : index & (mask >>> 1)
  }
  const bucketOf = (table: Table, hash: number): number => bucketAt(table, indexOf(table, hash))

  /** Adds a bucket, and moves there what belongs there now. */
  const split = (table: Table): void => {
    const { count } = table
    if (count === table.buckets.length) {
      const more = new Uint32Array(count + 1 + (count >>> 4))
      more.set(table.buckets)
      memory += 4 * (more.length - count)
      table.buckets = more
    }
    const fresh = buckets.take()
    table.buckets[count] = fresh
    // The one that all rows of the new bucket have been in so far: the same bits without the highest.
    const buddy = bucketAt(table, count & (2 ** (31 - Math.clz32(count)) - 1))
    table.count = count + 1
    for (let row = 0; row < buckets.count(buddy); ) {
      const isAtHome =
        bucketOf(table, buckets.firstAt(buddy, row)) === buddy ||
        bucketOf(table, buckets.secondAt(buddy, row)) === buddy
      if (isAtHome) row++
      else move(buddy, row, fresh)
    }
  }
  const move = (from: number, row: number, to: number): void => {
    buckets.copy(from, row, to)
    buckets.remove(from, row)
  }

  /** Moves one of a full bucket's rows to the other bucket where it may lie. @returns whether there was one to move */
  const makeRoom = (table: Table, bucket: number): boolean => {
    for (let row = 0; row < bucketRows; row++) {
      const first = bucketOf(table, buckets.firstAt(bucket, row))
      const other = first === bucket ? bucketOf(table, buckets.secondAt(bucket, row)) : first
      if (buckets.count(other) === bucketRows) continue
      move(bucket, row, other)
      return true
    }
    return false
  }
  /** A bucket with room for an id that is not there yet. */
  const roomFor = (table: Table, first: number, second: number): number => {
    for (let splits = 0; splits < mostSplits; splits++) {
      const [one, other] = [bucketOf(table, first), bucketOf(table, second)]
      const emptier = buckets.count(one) <= buckets.count(other) ? one : other
      if (buckets.count(emptier) < bucketRows) return emptier
      if (makeRoom(table, one)) return one
      if (makeRoom(table, other)) return other
      split(table)
    }
    throw new RangeError(`A table of ${table.size} ids in ${table.count} buckets has no room for one more.`)
  }

  /** Rewrites all times of a table for another base, and drops the far ones that belong to no row any more. */
  const rebase = (table: Table, base: number): void => {
    const before = { base: table.base, far: table.far }
    table.base = base
    table.far = []
    for (const bucket of table.buckets.subarray(0, table.count)) {
      for (let row = 0; row < buckets.count(bucket); row++) {
        const { eventTime, appendTime } = buckets.read(bucket, row, before)
        buckets.write(bucket, row, table, eventTime, appendTime)
      }
    }
    memory += 8 * (table.far.length - before.far.length)
  }
  const write = (table: Table, bucket: number, row: number, eventTime: number | null, appendTime: number) => {
    const { length } = table.far
    const isWritten = buckets.write(bucket, row, table, eventTime, appendTime)
    memory += 8 * (table.far.length - length)
    return isWritten
  }

  return {
    get size() {
      return size
    },
    get memory() {
      return memory + buckets.memory
    },
    find({ shard, first, second, third }) {
      const table = tables[shard >>> tableBits]
      if (table === undefined) return undefined
      let bucket = bucketOf(table, first)
      let row = buckets.find(bucket, shard, first, second, third)
      if (row < 0) {
        bucket = bucketOf(table, second)
        row = buckets.find(bucket, shard, first, second, third)
      }
      return row < 0 ? undefined : buckets.read(bucket, row, table)
    },
    add({ shard, first, second, third }, eventTime, appendTime) {
      let table = tables[shard >>> tableBits]
      if (table === undefined) {
        table = createTable(appendTime - slack)
        tables[shard >>> tableBits] = table
      }
      let bucket = bucketOf(table, first)
      let row = buckets.find(bucket, shard, first, second, third)
      if (row < 0) {
        bucket = bucketOf(table, second)
        row = buckets.find(bucket, shard, first, second, third)
      }
      if (row < 0) {
        bucket = roomFor(table, first, second)
        row = buckets.push(bucket, shard, first, second, third)
        table.size++
        size++
        credit += looks
      }
      if (!write(table, bucket, row, eventTime, appendTime)) {
        rebase(table, appendTime - 2 * slack)
        write(table, bucket, row, eventTime, appendTime)
      }
      if (table.size > rowsPerBucket * table.count) split(table)
    },
    expire(clocks, window) {
      while (credit > 0) {
        const table = tables[hand.table]
        if (table === undefined || hand.bucket >= table.count) {
          if (table !== undefined && table.far.length > 2 * table.size + 64) rebase(table, table.base)
          hand.table = (hand.table + 1) % tables.length
          hand.bucket = 0
          credit--
          continue
        }
        const bucket = bucketAt(table, hand.bucket++)
        credit -= 1 + buckets.count(bucket)
        const gone = buckets.sweep(bucket, table, clocks, window)
        table.size -= gone
        size -= gone
      }
    },
  }
}
