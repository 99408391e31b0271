// The ids a dedup task remembers: a table that grows and shrinks a shard of some thousand ids at a time, so that
// nothing ever stands still for a large one (ADR 11).
//
// An id may lie in two buckets of its shard, chosen by its fingerprint, and is put into the emptier one. So buckets
// fill evenly: 95 of 100 rows are in use before the few ids that find both full have filled the bucket at the end,
// which is for all of them. Nothing moves between buckets but when a shard is built anew.

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
   * the last call, so that it costs nobody a pause, and gets through the table again and again.
   */
  expire(clocks: Clocks, window: number): void
}

interface Shard extends Times {
  /** How many of the 16 shard bits are the same in all of its ids. */
  readonly depth: number
  /** The last one is for those that find both of theirs full. */
  readonly buckets: readonly number[]
  size: number
}

/** The first 8 bits of a fingerprint choose among 256 shards at least, and are kept nowhere else. */
const leastDepth = 8
const mostDepth = 16
/** Buckets at which a shard is cut into two: building it anew takes about 0.1 ms. */
const largest = 256
/** How full a shard is when it was built anew; when it is less than half full it is built anew. */
const rowsPerBucket = 14.4
const leastRowsPerBucket = 8
/** How many ids are looked at for each new one: all of them four times in a window. */
const looks = 4
/** How long before the first append time of a shard its base lies, in milliseconds: 12 days. */
const slack = 2 ** 30
/** Of the objects around a shard, bytes, and of a bucket in its list. */
const [overhead, listed] = [300, 8]

/** Whether most of a shard's far event times belong to no row any more. */
const isFull = ({ far, size }: Shard): boolean => far.length > 2 * size + 64

export function createSeenStore(): SeenStore {
  const buckets = createBuckets()
  let depth = leastDepth
  let directory: (Shard | undefined)[] = Array.from({ length: 1 << depth })
  let size = 0
  let shards = 0
  let inUse = 0
  let hand = 0
  let credit = 0
  // What was last swept for says what a full shard may forget before it grows.
  let horizon: { clocks: Clocks; window: number } | undefined

  const at = (place: number): number => place >>> (mostDepth - depth)

  const createShard = (count: number, local: number, base: number, far: number[] = []): Shard => {
    shards++
    inUse += count + 1
    const own = Array.from({ length: count + 1 }, () => buckets.take())
    return { depth: local, base, far, buckets: own, size: 0 }
  }
  const free = (shard: Shard): void => {
    shards--
    inUse -= shard.buckets.length
    for (const bucket of shard.buckets) buckets.give(bucket)
  }
  /** Puts a shard, or two, into the places of another one. */
  const put = (place: number, zero: Shard, one: Shard): void => {
    const span = 1 << (depth - zero.depth)
    const start = at(place) & -(zero === one ? span : 2 * span)
    directory.fill(zero, start, start + span)
    if (zero !== one) directory.fill(one, start + span, start + 2 * span)
  }

  const nth = (shard: Shard, index: number): number => shard.buckets[index] ?? 0
  const oneOf = (shard: Shard, hash: number): number =>
    nth(shard, ((hash >>> 16) * (shard.buckets.length - 1)) >>> 16)
  const spareOf = (shard: Shard): number => nth(shard, shard.buckets.length - 1)

  /** The bucket for an id that is not there yet; undefined where there is no room. */
  const roomFor = (shard: Shard, first: number, second: number): number | undefined => {
    const [one, other] = [oneOf(shard, first), oneOf(shard, second)]
    const emptier = buckets.count(one) <= buckets.count(other) ? one : other
    const bucket = buckets.count(emptier) < bucketRows ? emptier : spareOf(shard)
    return buckets.count(bucket) < bucketRows ? bucket : undefined
  }

  /**
   * Copies all ids of a shard into others: those that have the bit into the second one.
   * @returns false without room
   */
  const copy = (from: Shard, bit: number, zero: Shard, one: Shard): boolean => {
    const isPlain = from.base === zero.base && from.far.length === zero.far.length
    // One row of each bucket after the other. The ids of one bucket belong into one again, and bucket by bucket
    // the first ones would find the rest empty, go there, and leave no room for the last.
    for (let row = 0; row < bucketRows; row++) {
      for (const bucket of from.buckets) {
        if (row >= buckets.count(bucket)) continue
        const place = buckets.shardAt(bucket, row)
        const target = (place & bit) === 0 ? zero : one
        const [first, second] = [buckets.firstAt(bucket, row), buckets.secondAt(bucket, row)]
        const room = roomFor(target, first, second)
        if (room === undefined) return false
        if (isPlain) buckets.copy(bucket, row, room)
        else {
          const { eventTime, appendTime } = buckets.read(bucket, row, from)
          const copied = buckets.push(room, place, first, second, buckets.thirdAt(bucket, row))
          if (!buckets.write(room, copied, target, eventTime, appendTime)) return false
        }
        target.size++
      }
    }
    return true
  }

  /** Builds a shard anew with room for more, or as two when it has become large. */
  const rebuild = (place: number, shard: Shard, base: number, least = 1): void => {
    const wanted = Math.max(least, Math.ceil((shard.size + 1) / rowsPerBucket))
    const isCut = wanted > largest && shard.depth < mostDepth
    if (isCut && shard.depth === depth) {
      depth++
      directory = directory.flatMap(each => [each, each])
    }
    const local = isCut ? shard.depth + 1 : shard.depth
    const bit = isCut ? 1 << (mostDepth - local) : 0
    // With the same base the rows are copied as they are, and so is the list that some of them refer to.
    const far = base === shard.base && !isFull(shard) ? shard.far : []
    for (let count = isCut ? Math.ceil(wanted / 2) : wanted; ; count += 1 + (count >>> 4)) {
      const zero = createShard(count, local, base, far.slice())
      const one = isCut ? createShard(count, local, base, far.slice()) : zero
      const isDone = copy(shard, bit, zero, one)
      if (isDone) put(place, zero, one)
      for (const old of isDone ? [shard] : isCut ? [zero, one] : [zero]) free(old)
      if (isDone) return
    }
  }

  /** Forgets what may be forgotten; a shard that is then nearly empty is built anew in its size. */
  const clean = (place: number, shard: Shard, clocks: Clocks, window: number): void => {
    let gone = 0
    for (const bucket of shard.buckets) gone += buckets.sweep(bucket, shard, clocks, window)
    shard.size -= gone
    size -= gone
    const isHollow = shard.buckets.length > 2 && shard.size < shard.buckets.length * leastRowsPerBucket
    if (isHollow || isFull(shard)) rebuild(place, shard, shard.base)
  }

  /** Makes room. Were one forgotten id enough, each id in a table in balance would cost a sweep. */
  const makeRoom = (place: number, shard: Shard): void => {
    const before = shard.size
    if (horizon !== undefined) clean(place, shard, horizon.clocks, horizon.window)
    if (directory[at(place)] !== shard) return
    const count = shard.buckets.length - 1
    if (shard.size === before || shard.size > count * rowsPerBucket) {
      rebuild(place, shard, shard.base, count + Math.max(1, Math.min(4, count >>> 2)))
    }
  }

  /** Where an id lies, as one number: its bucket times 16, plus its row; -1 if it is not there. */
  const rowOf = (shard: Shard, id: Fingerprint): number => {
    let bucket = oneOf(shard, id.first)
    let row = buckets.find(bucket, id)
    if (row < 0) {
      bucket = oneOf(shard, id.second)
      row = buckets.find(bucket, id)
    }
    if (row < 0) {
      bucket = spareOf(shard)
      row = buckets.find(bucket, id)
    }
    return row < 0 ? -1 : bucket * bucketRows + row
  }

  return {
    get size() {
      return size
    },
    get memory() {
      return buckets.memory + shards * overhead + listed * (inUse + directory.length)
    },
    find(id) {
      const shard = directory[at(id.shard)]
      if (shard === undefined) return undefined
      const found = rowOf(shard, id)
      if (found < 0) return undefined
      return buckets.read(Math.floor(found / bucketRows), found % bucketRows, shard)
    },
    add(id, eventTime, appendTime) {
      const { shard: place, first, second, third } = id
      for (;;) {
        let shard = directory[at(place)]
        if (shard === undefined) {
          shard = createShard(1, depth, appendTime - slack)
          put(place, shard, shard)
        }
        let found = rowOf(shard, id)
        if (found < 0) {
          const room = roomFor(shard, first, second)
          if (room === undefined) {
            makeRoom(place, shard)
            continue
          }
          found = room * bucketRows + buckets.push(room, place, first, second, third)
          shard.size++
          size++
          credit += looks
        }
        const [bucket, row] = [Math.floor(found / bucketRows), found % bucketRows]
        if (buckets.write(bucket, row, shard, eventTime, appendTime)) return
        rebuild(place, shard, appendTime - 2 * slack)
      }
    },
    expire(clocks, window) {
      horizon = { clocks, window }
      while (credit > 0) {
        if (hand >= directory.length) hand = 0
        const shard = directory[hand]
        const place = hand << (mostDepth - depth)
        hand += shard === undefined ? 1 : 1 << (depth - shard.depth)
        credit -= 1 + (shard?.size ?? 0)
        if (shard !== undefined) clean(place, shard, clocks, window)
      }
    },
  }
}
