// The memory of the table of remembered ids: chunks of 8 rows of 18 bytes. All have one size, so that what one bin
// gives back fits the next one, and no memory lies idle in gaps.

import type { Fingerprint } from '@podpipe/schemas/id-fingerprint.ts'

export const chunkBits = 3
export const chunkRows = 1 << chunkBits
export const bytesPerChunk = 144
/** Chunks in one block of memory, of which the system only gives what is written to. */
const slabBits = 16
const inSlab = (1 << slabBits) - 1
// The columns of a chunk one behind the other: `first`, `second`, append time and event time in words, the high bits of
// `third` and the low ones of `place` in bytes. The low bits of `third` are in the bin.
const words = bytesPerChunk / 4
const [seconds, appends, events] = [8, 16, 24]
const [thirds, places] = [128, 136]

/** One block of memory, in three views. */
export interface Slab {
  readonly ids: Int32Array
  readonly times: Uint32Array
  readonly bytes: Uint8Array
}

export interface Chunks {
  /** How many are in use. */
  readonly inUse: number
  /** A chunk with whatever was in it before. */
  take(): number
  give(chunk: number): void
  slabOf(chunk: number): Slab
}

export function createChunks(): Chunks {
  const slabs: Slab[] = []
  const free: number[] = []
  let used = 0
  return {
    get inUse() {
      return used - free.length
    },
    take() {
      const given = free.pop()
      if (given !== undefined) return given
      if (used === slabs.length << slabBits) {
        const memory = new ArrayBuffer(bytesPerChunk << slabBits)
        slabs.push({
          ids: new Int32Array(memory),
          times: new Uint32Array(memory),
          bytes: new Uint8Array(memory),
        })
      }
      return used++
    },
    give: chunk => void free.push(chunk),
    slabOf(chunk) {
      const slab = slabs[chunk >>> slabBits]
      if (slab === undefined) throw new RangeError(`There is no chunk ${chunk}.`)
      return slab
    },
  }
}

/** Whether a row holds a fingerprint, as far as it is kept here. */
export function isAt(
  slab: Slab,
  chunk: number,
  row: number,
  { first, second, third, place }: Fingerprint,
): boolean {
  const at = chunk & inSlab
  return (
    slab.ids[at * words + row] === first &&
    slab.ids[at * words + seconds + row] === second &&
    slab.bytes[at * bytesPerChunk + thirds + row] === third >>> 8 &&
    slab.bytes[at * bytesPerChunk + places + row] === (place & 0xff)
  )
}

export function writeId(
  slab: Slab,
  chunk: number,
  row: number,
  { first, second, third, place }: Fingerprint,
): void {
  const at = chunk & inSlab
  slab.ids[at * words + row] = first
  slab.ids[at * words + seconds + row] = second
  slab.bytes[at * bytesPerChunk + thirds + row] = third >>> 8
  slab.bytes[at * bytesPerChunk + places + row] = place
}

export function writeTimes(slab: Slab, chunk: number, row: number, append: number, event: number): void {
  const from = (chunk & inSlab) * words + row
  slab.times[from + appends] = append
  slab.times[from + events] = event
}

export const appendAt = (slab: Slab, chunk: number, row: number): number =>
  slab.times[(chunk & inSlab) * words + appends + row] ?? 0

export const eventAt = (slab: Slab, chunk: number, row: number): number =>
  slab.times[(chunk & inSlab) * words + events + row] ?? 0

/** The low 8 place bits and the high 8 bits of `first`: what bins are told apart by. */
export const placeAt = (slab: Slab, chunk: number, row: number): number => {
  const at = chunk & inSlab
  const place = slab.bytes[at * bytesPerChunk + places + row] ?? 0
  return (place << 8) | ((slab.ids[at * words + row] ?? 0) >>> 24)
}

/** Copies a row as it is. */
export function copyRow(
  source: Slab,
  from: number,
  fromRow: number,
  target: Slab,
  to: number,
  toRow: number,
): void {
  let here = (from & inSlab) * words + fromRow
  let there = (to & inSlab) * words + toRow
  for (let column = 0; column < 4; column++) {
    target.ids[there] = source.ids[here] ?? 0
    here += chunkRows
    there += chunkRows
  }
  here = (from & inSlab) * bytesPerChunk + fromRow
  there = (to & inSlab) * bytesPerChunk + toRow
  target.bytes[there + thirds] = source.bytes[here + thirds] ?? 0
  target.bytes[there + places] = source.bytes[here + places] ?? 0
}
