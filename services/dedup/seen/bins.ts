// The bins of the table of remembered ids: up to 128 rows each, first in, first out. Rows come one by one at the end and
// go by whole chunks at the front. Nothing else changes in a row, so the later of two rows of one id is always the
// newer one, and it is never gone before the older.
//
// All in this folder are functions and not methods: a look-up and an addition are some hundred steps each, and V8 only
// compiles them into one piece where it knows what is called.

import {
  bytesPerLine,
  chunksAt,
  countOf,
  createLines,
  depthOf,
  frontOf,
  getWord,
  headAt,
  headOf,
  type Lines,
  lineOf,
  linesInUse,
  nextAt,
  rowOf,
  setWord,
  tagWords,
  takeLine,
  wordsOf,
} from './lines.ts'
import { bytesPerChunk, chunksInUse, createRows, isAt, type Rows, rowAt, slabOf } from './rows.ts'
import { fourTags, lowestByte, zeroBytes } from './tags.ts'
import { createFarTimes, type FarTimes, memoryOf } from './times.ts'

export interface Bins {
  readonly lines: Lines
  readonly rows: Rows
  readonly far: FarTimes
}

export const createBins = (): Bins => ({ lines: createLines(), rows: createRows(), far: createFarTimes() })

/** Bytes of what is in use. */
export const memoryOfBins = ({ lines, rows, far }: Bins): number =>
  chunksInUse(rows) * bytesPerChunk + linesInUse(lines) * bytesPerLine + memoryOf(far)

export function createBin({ lines }: Bins, depth: number): number {
  const bin = takeLine(lines)
  setWord(lines, bin, headAt, headOf(0, 0, depth))
  setWord(lines, bin, nextAt, 0)
  return bin
}

/** Gives back a bin without rows. */
export const dropBin = ({ lines }: Bins, bin: number): void => void lines.free.push(bin)

export const rowsOf = ({ lines }: Bins, bin: number): number => countOf(getWord(lines, bin, headAt))

export const depthOfBin = ({ lines }: Bins, bin: number): number => depthOf(getWord(lines, bin, headAt))

export function setDepth({ lines }: Bins, bin: number, depth: number): void {
  const head = getWord(lines, bin, headAt)
  setWord(lines, bin, headAt, headOf(countOf(head), frontOf(head), depth))
}

/** The older bin behind this one, for those that have no more bits to be told apart by; 0 for none. */
export const nextOf = ({ lines }: Bins, bin: number): number => getWord(lines, bin, nextAt)

export const setNext = ({ lines }: Bins, bin: number, next: number): void => setWord(lines, bin, nextAt, next)

/** The chunk that is at a place. */
export const chunkOf = (bins: Bins, bin: number, place: number): number =>
  getWord(bins.lines, bin, chunksAt + (place >>> 3))

/** Whether there is a row at this place, and it holds this fingerprint. */
export function holds(
  bins: Bins,
  bin: number,
  place: number,
  first: number,
  second: number,
  third: number,
): boolean {
  const head = getWord(bins.lines, bin, headAt)
  if (rowOf(head, place) >= countOf(head)) return false
  const chunk = chunkOf(bins, bin, place)
  return isAt(slabOf(bins.rows, chunk), rowAt(chunk, place), first, second, third)
}

/** The place of the newest row of a fingerprint; -1 if there is none. */
export function findRow(bins: Bins, bin: number, first: number, second: number, third: number): number {
  const words = wordsOf(bins.lines, bin)
  const line = lineOf(bin)
  const head = words[line + headAt] as number
  const tags = fourTags(third)
  let found = -1
  for (let at = 0; at < tagWords; at++) {
    for (let zeros = zeroBytes((words[line + at] as number) ^ tags); zeros !== 0; zeros &= zeros - 1) {
      const place = 4 * at + lowestByte(zeros)
      if (!holds(bins, bin, place, first, second, third)) continue
      if (found < 0 || rowOf(head, place) > rowOf(head, found)) found = place
    }
  }
  return found
}
