// The memory of remembered ids: rows of 18 bytes in chunks of 8. All chunks have one size, so that what one bin gives
// back fits the next one, and no memory lies idle in gaps. A row lies in one piece: whoever writes or reads it waits
// for one line of cache and seldom for two.

const chunkBits = 3
/** Rows of a chunk. */
export const chunkRows = 1 << chunkBits
export const inChunk = chunkRows - 1
const bytesPerRow = 18
export const bytesPerChunk = bytesPerRow * chunkRows
/** Chunks in one slab of memory, of which the system only gives what is written to: 2.3 MB. */
const slabBits = 14
const inSlab = (1 << slabBits) - 1
// A row: the first two words of the fingerprint, append time and event time, and the 16 bits in the middle of the third
// word. The first 8 bits of that are implied by the bin, the last 8 stand in its line.
const [secondAt, appendAt, eventAt, restAt] = [4, 8, 12, 16]

/** The memory of all rows. Chunk 0 can always be read. */
export interface Rows {
  readonly slabs: DataView[]
  readonly free: number[]
  used: number
}

export const createRows = (): Rows => ({ slabs: [createSlab()], free: [], used: 0 })

const createSlab = (): DataView => new DataView(new ArrayBuffer(bytesPerChunk << slabBits))

/** A chunk with whatever was in it before. */
export function takeChunk(rows: Rows): number {
  // What was given back last is still in the cache.
  const given = rows.free.pop()
  if (given !== undefined) return given
  if (rows.used === rows.slabs.length << slabBits) rows.slabs.push(createSlab())
  return rows.used++
}

export const chunksInUse = (rows: Rows): number => rows.used - rows.free.length

export const slabOf = (rows: Rows, chunk: number): DataView => rows.slabs[chunk >>> slabBits] as DataView

/** Where in its slab a row begins, by its chunk and its place in the bin. */
export const rowAt = (chunk: number, place: number): number =>
  (chunk & inSlab) * bytesPerChunk + (place & inChunk) * bytesPerRow

/** Whether a row holds a fingerprint, as far as it is kept here. */
export const isAt = (slab: DataView, at: number, first: number, second: number, third: number): boolean =>
  slab.getInt32(at, true) === first &&
  slab.getInt32(at + secondAt, true) === second &&
  slab.getUint16(at + restAt, true) === ((third >>> 8) & 0xffff)

export function writeId(slab: DataView, at: number, first: number, second: number, third: number): void {
  slab.setInt32(at, first, true)
  slab.setInt32(at + secondAt, second, true)
  slab.setInt16(at + restAt, third >> 8, true)
}

/** Puts in both times as they are kept: 32 bits each. */
export function writeTimes(slab: DataView, at: number, append: number, event: number): void {
  slab.setUint32(at + appendAt, append, true)
  slab.setUint32(at + eventAt, event, true)
}

export const readAppend = (slab: DataView, at: number): number => slab.getUint32(at + appendAt, true)

export const readEvent = (slab: DataView, at: number): number => slab.getUint32(at + eventAt, true)

/** Reads something of each line of the cache that a row lies in, for those who only want to have it at hand. */
export const readEnds = (slab: DataView, at: number): number =>
  slab.getInt32(at, true) ^ slab.getUint8(at + bytesPerRow - 1)

/** The same of the chunk that begins with a row. */
export const readAll = (slab: DataView, at: number): number =>
  slab.getInt32(at, true) ^
  slab.getInt32(at + 60, true) ^
  slab.getInt32(at + 120, true) ^
  slab.getUint8(at + bytesPerChunk - 1)

/** The bits of a row by which bins are told apart beyond the first 8: 14, the last ones of the 22. */
export const readPlace = (slab: DataView, at: number): number =>
  (slab.getUint8(at + restAt + 1) << 6) | (slab.getInt32(at, true) >>> 26)

/** Copies a row as it is. */
export function copyRow(source: DataView, from: number, target: DataView, to: number): void {
  for (let word = 0; word < restAt; word += 4) {
    target.setInt32(to + word, source.getInt32(from + word, true), true)
  }
  target.setInt16(to + restAt, source.getInt16(from + restAt, true), true)
}
