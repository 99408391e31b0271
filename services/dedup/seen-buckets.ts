// The memory of the table of remembered ids: buckets of 16 rows of 19 bytes, 305 bytes with their count. All have one
// size, so that what one shard gives back fits the next one, and no memory lies idle in gaps.

import type { Fingerprint } from '@podpipe/schemas/id-fingerprint.ts'
import { type Clocks, isWithin, type Remembered } from './window.ts'

export const bucketRows = 16
const bytesPerBucket = 304
/** Buckets in one block of memory, of which the system only gives what is written to. */
const slabBits = 12
const slabBuckets = 1 << slabBits
const inSlab = slabBuckets - 1
// The columns of a bucket one behind the other, each a cache line or less: `first`, `second`, append time and event
// time in words, `third` in half words, the low shard bits in bytes.
const words = bytesPerBucket / 4
const [seconds, appends, events] = [16, 32, 48]
const columns = 4
const halves = bytesPerBucket / 2
const thirds = 128
const shards = 288

/** Append times are kept as 32 bits of milliseconds since a base: 49 days. */
const reach = 2 ** 32
// Event times are kept as their distance from the append time, 24 days in either direction. These stand for those
// that are further away, by their place in a list, and for none.
const middle = 2 ** 31
const noTime = reach - 1
const farthest = reach - 2 ** 20

/** What the times in a bucket refer to; the same for all buckets of a shard. */
export interface Times {
  /** Milliseconds since 1970. */
  readonly base: number
  /** Event times that are too far from their append time. */
  readonly far: number[]
}

export interface Buckets {
  /** Bytes of the buckets in use. */
  readonly memory: number
  /** An empty bucket. */
  take(): number
  give(bucket: number): void
  count(bucket: number): number
  /** The row of a fingerprint in a bucket; -1 if it is not there. */
  find(bucket: number, id: Fingerprint): number
  read(bucket: number, row: number, times: Times): Remembered
  /** Adds a row to a bucket that is not full. @returns the row */
  push(bucket: number, shard: number, first: number, second: number, third: number): number
  /**
   * Puts times into a row. An append time before the base counts as the base: its id is remembered for longer than
   * it must, never for less.
   * @returns false where the times need a later base
   */
  write(bucket: number, row: number, times: Times, eventTime: number | null, appendTime: number): boolean
  /** Forgets the rows that are no longer within the window. @returns how many */
  sweep(bucket: number, times: Times, clocks: Clocks, window: number): number
  /** The parts of a row's fingerprint that say where it belongs. */
  shardAt(bucket: number, row: number): number
  firstAt(bucket: number, row: number): number
  secondAt(bucket: number, row: number): number
  thirdAt(bucket: number, row: number): number
  /** Copies a row, as it is, to a bucket that is not full and whose times refer to the same. */
  copy(bucket: number, row: number, to: number): void
}

interface Slab {
  readonly words: Uint32Array
  readonly halves: Uint16Array
  readonly bytes: Uint8Array
  readonly counts: Uint8Array
}

export function createBuckets(): Buckets {
  const slabs: Slab[] = []
  const free: number[] = []
  let used = 0

  const slabOf = (bucket: number): Slab => {
    const slab = slabs[bucket >>> slabBits]
    if (slab === undefined) throw new RangeError(`There is no bucket ${bucket}.`)
    return slab
  }
  const appendTimeOf = (slab: Slab, at: number, row: number, base: number): number =>
    base + (slab.words[at * words + appends + row] ?? 0)
  const eventTimeOf = (slab: Slab, at: number, row: number, { base, far }: Times): number | null => {
    const event = slab.words[at * words + events + row] ?? 0
    if (event === noTime) return null
    if (event >= farthest) return far[event - farthest] ?? null
    return appendTimeOf(slab, at, row, base) + event - middle
  }

  return {
    get memory() {
      return (used - free.length) * (bytesPerBucket + 1)
    },
    take() {
      const given = free.pop()
      if (given !== undefined) return given
      if (used === slabs.length << slabBits) {
        const memory = new ArrayBuffer(slabBuckets * bytesPerBucket)
        slabs.push({
          words: new Uint32Array(memory),
          halves: new Uint16Array(memory),
          bytes: new Uint8Array(memory),
          counts: new Uint8Array(slabBuckets),
        })
      }
      return used++
    },
    give(bucket) {
      slabOf(bucket).counts[bucket & inSlab] = 0
      free.push(bucket)
    },
    count: bucket => slabOf(bucket).counts[bucket & inSlab] ?? 0,
    find(bucket, { shard, first, second, third }) {
      const slab = slabOf(bucket)
      const at = bucket & inSlab
      const count = slab.counts[at] ?? 0
      const from = at * words
      const wanted = first >>> 0
      for (let row = 0; row < count; row++) {
        if (
          slab.words[from + row] === wanted &&
          slab.words[from + seconds + row] === second >>> 0 &&
          slab.halves[at * halves + thirds + row] === third &&
          slab.bytes[at * bytesPerBucket + shards + row] === (shard & 0xff)
        ) {
          return row
        }
      }
      return -1
    },
    read(bucket, row, times) {
      const slab = slabOf(bucket)
      const at = bucket & inSlab
      return {
        eventTime: eventTimeOf(slab, at, row, times),
        appendTime: appendTimeOf(slab, at, row, times.base),
      }
    },
    push(bucket, shard, first, second, third) {
      const slab = slabOf(bucket)
      const at = bucket & inSlab
      const row = slab.counts[at] ?? 0
      slab.words[at * words + row] = first
      slab.words[at * words + seconds + row] = second
      slab.halves[at * halves + thirds + row] = third
      slab.bytes[at * bytesPerBucket + shards + row] = shard
      slab.counts[at] = row + 1
      return row
    },
    write(bucket, row, { base, far }, eventTime, appendTime) {
      const since = Math.max(0, appendTime - base)
      if (since >= reach) return false
      let event = noTime
      if (eventTime !== null) {
        event = eventTime - base - since + middle
        if (event < 0 || event >= farthest) {
          event = farthest + far.length
          if (event >= noTime) return false
          far.push(eventTime)
        }
      }
      const slab = slabOf(bucket)
      const from = (bucket & inSlab) * words
      slab.words[from + appends + row] = since
      slab.words[from + events + row] = event
      return true
    },
    sweep(bucket, times, clocks, window) {
      const slab = slabOf(bucket)
      const at = bucket & inSlab
      const count = slab.counts[at] ?? 0
      let end = count
      for (let row = 0; row < end; ) {
        const appendTime = appendTimeOf(slab, at, row, times.base)
        if (isWithin(eventTimeOf(slab, at, row, times), appendTime, clocks, window)) {
          row++
          continue
        }
        // The last row fills the gap.
        end--
        for (let column = 0; column < columns; column++) {
          const from = at * words + column * bucketRows
          slab.words[from + row] = slab.words[from + end] ?? 0
        }
        slab.halves[at * halves + thirds + row] = slab.halves[at * halves + thirds + end] ?? 0
        const byte = at * bytesPerBucket + shards
        slab.bytes[byte + row] = slab.bytes[byte + end] ?? 0
      }
      slab.counts[at] = end
      return count - end
    },
    shardAt: (bucket, row) => slabOf(bucket).bytes[(bucket & inSlab) * bytesPerBucket + shards + row] ?? 0,
    firstAt: (bucket, row) => (slabOf(bucket).words[(bucket & inSlab) * words + row] ?? 0) | 0,
    secondAt: (bucket, row) => (slabOf(bucket).words[(bucket & inSlab) * words + seconds + row] ?? 0) | 0,
    thirdAt: (bucket, row) => slabOf(bucket).halves[(bucket & inSlab) * halves + thirds + row] ?? 0,
    copy(bucket, row, to) {
      const [source, target] = [slabOf(bucket), slabOf(to)]
      const [from, at] = [bucket & inSlab, to & inSlab]
      const end = target.counts[at] ?? 0
      let word = from * words + row
      let place = at * words + end
      for (let column = 0; column < columns; column++) {
        target.words[place] = source.words[word] ?? 0
        word += bucketRows
        place += bucketRows
      }
      target.halves[at * halves + thirds + end] = source.halves[from * halves + thirds + row] ?? 0
      target.bytes[at * bytesPerBucket + shards + end] =
        source.bytes[from * bytesPerBucket + shards + row] ?? 0
      target.counts[at] = end + 1
    },
  }
}
