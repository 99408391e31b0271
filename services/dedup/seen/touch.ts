// Having memory at hand before it is needed. The processor waits for many reads at a time where none of them depends on
// another; in the midst of comparing and deciding it waits for each of them alone, and in a large table that is nearly
// all of its time.

import type { Bins } from './bins.ts'
import { chunksAt, frontOf, getWord, headAt, lineOf, wordsOf, wordsPerLine } from './lines.ts'
import { readAll, readEnds, rowAt, slabOf } from './rows.ts'

/** What nobody could ask for would not be read. */
const read = new Int32Array(1)

/** Reads a word of each line of the cache that the bins' lines lie in. */
export function touchLines({ lines }: Bins, bins: Int32Array, count: number): void {
  let all = 0
  for (let at = 0; at < count; at++) {
    const bin = bins[at] as number
    const words = wordsOf(lines, bin)
    const line = lineOf(bin)
    all ^= (words[line] as number) ^ (words[line + 16] as number) ^ (words[line + wordsPerLine - 1] as number)
  }
  read[0] = all
}

/** Reads a word of rows: of whatever is at these places of these bins. */
export function touchRows({ lines, rows }: Bins, bins: Int32Array, places: Int32Array, count: number): void {
  let all = 0
  for (let at = 0; at < count; at++) {
    const place = places[at] as number
    const chunk = getWord(lines, bins[at] as number, chunksAt + (place >>> 3))
    all ^= readEnds(slabOf(rows, chunk), rowAt(chunk, place))
  }
  read[0] = all
}

/** Reads a word of each line of the cache that the oldest chunks of these bins lie in. */
export function touchFronts({ lines, rows }: Bins, bins: Int32Array, count: number): void {
  let all = 0
  for (let at = 0; at < count; at++) {
    const bin = bins[at] as number
    const chunk = getWord(lines, bin, chunksAt + frontOf(getWord(lines, bin, headAt)))
    all ^= readAll(slabOf(rows, chunk), rowAt(chunk, 0))
  }
  read[0] = all
}
