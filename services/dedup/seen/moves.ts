// Rows from one bin to another, in the order in which they came.

import { type Bins, chunkOf, rowsOf } from './bins.ts'
import {
  baseAt,
  chunksAt,
  countOf,
  depthOf,
  frontOf,
  getTag,
  getWord,
  headAt,
  headOf,
  placeOf,
  setTag,
  setWord,
} from './lines.ts'
import { newestOf, rebase } from './row-times.ts'
import { chunkRows, copyRow, inChunk, readPlace, rowAt, slabOf, takeChunk } from './rows.ts'
import { isBeyond, nextBase } from './times.ts'

function copy(bins: Bins, from: number, place: number, to: number, toPlace: number): void {
  const source = chunkOf(bins, from, place)
  const target = chunkOf(bins, to, toPlace)
  copyRow(slabOf(bins.rows, source), rowAt(source, place), slabOf(bins.rows, target), rowAt(target, toPlace))
  setTag(bins.lines, to, toPlace, getTag(bins.lines, from, place))
}

/** Makes room for one more row. @returns its place */
function grow({ lines, rows }: Bins, bin: number): number {
  const head = getWord(lines, bin, headAt)
  const count = countOf(head)
  const place = placeOf(head, count)
  if ((count & inChunk) === 0) setWord(lines, bin, chunksAt + (place >>> 3), takeChunk(rows))
  setWord(lines, bin, headAt, head + 1)
  return place
}

/** Gives back the chunks behind the first rows. */
function shrinkTo(bins: Bins, bin: number, count: number): void {
  const head = getWord(bins.lines, bin, headAt)
  for (let row = (count + inChunk) & ~inChunk; row < countOf(head); row += chunkRows) {
    bins.rows.free.push(chunkOf(bins, bin, placeOf(head, row)))
  }
  setWord(bins.lines, bin, headAt, headOf(count, frontOf(head), depthOf(head)))
}

/** Moves the rows that have the bit in their place to another bin, which is empty. */
export function divide(bins: Bins, bin: number, bit: number, other: number): void {
  const { lines, rows } = bins
  setWord(lines, other, baseAt, getWord(lines, bin, baseAt))
  const head = getWord(lines, bin, headAt)
  let kept = 0
  for (let row = 0; row < countOf(head); row++) {
    const place = placeOf(head, row)
    const chunk = chunkOf(bins, bin, place)
    if ((readPlace(slabOf(rows, chunk), rowAt(chunk, place)) & bit) !== 0) {
      copy(bins, bin, place, other, grow(bins, other))
    } else {
      if (kept < row) copy(bins, bin, place, bin, placeOf(head, kept))
      kept++
    }
  }
  shrinkTo(bins, bin, kept)
}

/** Moves all rows of another bin into this one, which has room for them. */
export function absorb(bins: Bins, bin: number, other: number): void {
  const { lines } = bins
  const head = getWord(lines, other, headAt)
  if (countOf(head) === 0) return
  // The earlier base serves both, unless it lies too far back for the newest of all rows.
  const ofOther = getWord(lines, other, baseAt)
  let base = rowsOf(bins, bin) === 0 ? ofOther : Math.min(getWord(lines, bin, baseAt), ofOther)
  const newest = Math.max(newestOf(bins, bin), newestOf(bins, other))
  if (isBeyond(base, newest)) base = nextBase(newest)
  if (base !== getWord(lines, bin, baseAt)) rebase(bins, bin, base)
  if (base !== ofOther) rebase(bins, other, base)
  for (let row = 0; row < countOf(head); row++) copy(bins, other, placeOf(head, row), bin, grow(bins, bin))
  shrinkTo(bins, other, 0)
}
