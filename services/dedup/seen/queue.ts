// A bin as a queue: rows in at the end, chunks of them out at the front.

import type { Clocks } from '../window.ts'
import type { Bins } from './bins.ts'
import {
  baseAt,
  chunkPlaces,
  chunksAt,
  countOf,
  depthOf,
  frontOf,
  headAt,
  headOf,
  lineOf,
  placeOf,
  setTag,
  wordsOf,
} from './lines.ts'
import { rebase } from './row-times.ts'
import {
  chunkRows,
  inChunk,
  readAppend,
  readEvent,
  rowAt,
  slabOf,
  takeChunk,
  writeId,
  writeTimes,
} from './rows.ts'
import { baseUnit, codeOf, firstBase, forgetCode, isBeyond, lateness, nextBase, sinceBase } from './times.ts'

/**
 * Adds a row to a bin that has less than `mostRows`. An append time that lies 37 days and more before the newest may
 * count as later: its id is then remembered for longer than it must, never for less.
 */
export function addRow(
  bins: Bins,
  bin: number,
  first: number,
  second: number,
  third: number,
  eventTime: number,
  appendTime: number,
): void {
  const { lines, rows } = bins
  const words = wordsOf(lines, bin)
  const line = lineOf(bin)
  const head = words[line + headAt] as number
  const count = countOf(head)
  if (count === 0) words[line + baseAt] = firstBase(appendTime)
  else if (isBeyond(words[line + baseAt] as number, appendTime)) rebase(bins, bin, nextBase(appendTime))
  const place = placeOf(head, count)
  const chunkAt = line + chunksAt + (place >>> 3)
  if ((count & inChunk) === 0) words[chunkAt] = takeChunk(rows)
  words[line + headAt] = head + 1
  setTag(lines, bin, place, third)
  const chunk = words[chunkAt] as number
  const slab = slabOf(rows, chunk)
  const at = rowAt(chunk, place)
  const base = words[line + baseAt] as number
  const since = sinceBase(base, appendTime)
  writeId(slab, at, first, second, third)
  writeTimes(slab, at, since, codeOf(bins.far, eventTime, base * baseUnit + since))
}

/** Forgets whole chunks of rows at the front that are no longer within the window. @returns how many rows */
export function forgetRows(bins: Bins, bin: number, clocks: Clocks, window: number): number {
  const { lines, rows, far } = bins
  const words = wordsOf(lines, bin)
  const line = lineOf(bin)
  const base = (words[line + baseAt] as number) * baseUnit
  // A row is passed when both of its times, counted from the base, are not beyond these.
  const appendLimit = clocks.append - window - base
  const eventLimit = clocks.event - window - base
  const before = countOf(words[line + headAt] as number)
  for (let count = before; count > 0; ) {
    const head = words[line + headAt] as number
    const front = frontOf(head)
    const chunk = words[line + chunksAt + front] as number
    const slab = slabOf(rows, chunk)
    const inFront = Math.min(count, chunkRows)
    // The newest first: mostly it is live, and then nothing else is to be read.
    for (let row = inFront - 1; row >= 0; row--) {
      const at = rowAt(chunk, row)
      const since = readAppend(slab, at)
      if (since > appendLimit || since - lateness(far, readEvent(slab, at), base + since) > eventLimit) {
        return before - count
      }
    }
    for (let row = 0; row < inFront; row++) forgetCode(far, readEvent(slab, rowAt(chunk, row)))
    rows.free.push(chunk)
    count -= inFront
    words[line + headAt] = headOf(count, front + 1 === chunkPlaces ? 0 : front + 1, depthOf(head))
  }
  return before
}
