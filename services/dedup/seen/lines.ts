// The bins' lines, 208 bytes each: where a bin's rows are, and eight bits of each row's fingerprint, the tag. So whoever
// looks for an id that is not there, as nearly all are, mostly reads nothing but the line.

/** Rows of a bin at most, in chunks of 8: a ring of 16 places for chunks, of which the oldest goes first. */
export const mostRows = 128
export const chunkPlaces = 16
export const wordsPerLine = 52
export const bytesPerLine = 4 * wordsPerLine
// The words of a line: the tags, a byte each; rows, oldest chunk and depth in one; base; the bin behind; the chunks.
export const tagWords = 32
export const [headAt, baseAt, nextAt, chunksAt] = [32, 33, 34, 36]
const [rowBits, frontBits] = [8, 4]
const [rowMask, frontMask] = [(1 << rowBits) - 1, (1 << frontBits) - 1]

/** Lines in one block of memory: 0.9 MB. */
const blockBits = 12
const inBlock = (1 << blockBits) - 1
/** A row's number among all rows is one of 32 bits. */
const mostLines = Math.floor(2 ** 31 / mostRows)

/** The memory of all lines. Bin 0 is nobody's and has no rows: it stands for none. */
export interface Lines {
  readonly words: Int32Array[]
  readonly bytes: Uint8Array[]
  readonly free: number[]
  used: number
}

export function createLines(): Lines {
  const lines: Lines = { words: [], bytes: [], free: [], used: 1 }
  addBlock(lines)
  return lines
}

function addBlock({ words, bytes }: Lines): void {
  const memory = new ArrayBuffer(bytesPerLine << blockBits)
  words.push(new Int32Array(memory))
  bytes.push(new Uint8Array(memory))
}

/** A bin whose line holds whatever was in it before. */
export function takeLine(lines: Lines): number {
  const given = lines.free.pop()
  if (given !== undefined) return given
  if (lines.used === mostLines) throw new RangeError(`A partition has more than ${mostLines} bins of ids.`)
  if (lines.used >>> blockBits === lines.words.length) addBlock(lines)
  return lines.used++
}

export const linesInUse = (lines: Lines): number => lines.used - 1 - lines.free.length

/** The words of the block that a bin's line is in. */
export const wordsOf = (lines: Lines, bin: number): Int32Array => lines.words[bin >>> blockBits] as Int32Array

/** Where a bin's line begins among the words of its block. */
export const lineOf = (bin: number): number => (bin & inBlock) * wordsPerLine

export const getWord = (lines: Lines, bin: number, word: number): number =>
  wordsOf(lines, bin)[lineOf(bin) + word] as number

export function setWord(lines: Lines, bin: number, word: number, value: number): void {
  wordsOf(lines, bin)[lineOf(bin) + word] = value
}

export const getTag = (lines: Lines, bin: number, place: number): number =>
  (lines.bytes[bin >>> blockBits] as Uint8Array)[4 * lineOf(bin) + place] as number

export function setTag(lines: Lines, bin: number, place: number, tag: number): void {
  ;(lines.bytes[bin >>> blockBits] as Uint8Array)[4 * lineOf(bin) + place] = tag
}

/** How many rows a bin has, by its head. */
export const countOf = (head: number): number => head & rowMask
/** In which of its places for chunks the oldest one is. */
export const frontOf = (head: number): number => (head >>> rowBits) & frontMask
/** How many bits of a fingerprint are the same in all of its rows. */
export const depthOf = (head: number): number => head >>> (rowBits + frontBits)
export const headOf = (count: number, front: number, depth: number): number =>
  count | (front << rowBits) | (depth << (rowBits + frontBits))

/** The place of a row, which are counted from the oldest one on. */
export function placeOf(head: number, row: number): number {
  const place = (frontOf(head) << 3) + row
  return place < mostRows ? place : place - mostRows
}

/** As which of a bin's rows one came that is at this place, whether there is one or not. */
export function rowOf(head: number, place: number): number {
  const row = place - (frontOf(head) << 3)
  return row < 0 ? row + mostRows : row
}
