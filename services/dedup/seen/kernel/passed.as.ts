// What the window has passed goes from the front of a bin.

import {
  bytesPerRow,
  chunkAt,
  chunkRows,
  chunks,
  countOf,
  depthOf,
  eventAt,
  frontOf,
  getHead,
  headOf,
  placeOf,
  rowsOf,
  setHead,
  tailAt,
} from './bins.as'
import { give } from './memory.as'
import { appendTimeOf } from './rows.as'
import { forgetCode, lateness } from './times.as'

/** Where the oldest rows of a bin are: in a chunk, or in its line if that has all of them. */
export function frontChunk(bin: usize): usize {
  const head = getHead(bin)
  return countOf(head) <= chunkRows ? bin + tailAt : load<usize>(chunkAt(bin, placeOf(head, 0)))
}

/**
 * Forgets whole chunks of rows that lie behind neither of two times.
 * @returns how many rows
 */
export function forgetRows(bin: usize, event: i64, append: i64): u32 {
  const before = rowsOf(bin)
  for (let count = before; count > 0; ) {
    const chunk = frontChunk(bin)
    const inFront = min(count, chunkRows)
    // The newest first: mostly it is live, and then nothing else is to be read.
    for (let at = inFront; at > 0; at--) {
      const row = chunk + <usize>(at - 1) * bytesPerRow
      const time = appendTimeOf(bin, row)
      if (time > append || time - lateness(load<u32>(row, eventAt), time) > event) return before - count
    }
    for (let at: u32 = 0; at < inFront; at++) forgetCode(load<u32>(chunk + <usize>at * bytesPerRow, eventAt))
    if (count > chunkRows) give(chunks, chunk)
    count -= inFront
    const head = getHead(bin)
    setHead(bin, headOf(count, (frontOf(head) + 1) & 15, depthOf(head)))
  }
  return before
}
