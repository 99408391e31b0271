// The times of a bin's rows.

import { type Bins, chunkOf } from './bins.ts'
import { baseAt, countOf, getWord, headAt, placeOf, setWord } from './lines.ts'
import { readAppend, readEvent, rowAt, slabOf, writeTimes } from './rows.ts'
import { baseUnit, codeOf, eventTimeOf, forgetCode, sinceBase } from './times.ts'

export function appendTimeAt(bins: Bins, bin: number, place: number): number {
  const chunk = chunkOf(bins, bin, place)
  return (
    getWord(bins.lines, bin, baseAt) * baseUnit + readAppend(slabOf(bins.rows, chunk), rowAt(chunk, place))
  )
}

/** `noEventTime` for none. */
export function eventTimeAt(bins: Bins, bin: number, place: number): number {
  const chunk = chunkOf(bins, bin, place)
  const code = readEvent(slabOf(bins.rows, chunk), rowAt(chunk, place))
  return eventTimeOf(bins.far, code, appendTimeAt(bins, bin, place))
}

/** The newest append time of a bin; 0 where it has no rows. */
export function newestOf(bins: Bins, bin: number): number {
  const head = getWord(bins.lines, bin, headAt)
  let newest = 0
  for (let row = 0; row < countOf(head); row++) {
    newest = Math.max(newest, appendTimeAt(bins, bin, placeOf(head, row)))
  }
  return newest
}

/** Gives a bin and its rows another base. */
export function rebase(bins: Bins, bin: number, base: number): void {
  const { lines, rows, far } = bins
  const head = getWord(lines, bin, headAt)
  for (let row = 0; row < countOf(head); row++) {
    const place = placeOf(head, row)
    const chunk = chunkOf(bins, bin, place)
    const slab = slabOf(rows, chunk)
    const at = rowAt(chunk, place)
    const appendTime = appendTimeAt(bins, bin, place)
    const eventTime = eventTimeAt(bins, bin, place)
    forgetCode(far, readEvent(slab, at))
    const since = sinceBase(base, appendTime)
    writeTimes(slab, at, since, codeOf(far, eventTime, base * baseUnit + since))
  }
  setWord(lines, bin, baseAt, base)
}
