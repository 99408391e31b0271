// Rows from one bin to another, in the order in which they came.

import { addressOf, bytesPerRow, clear, countOf, getHead, placeOf, push, rowsOf, tagsAt } from './bins.as'
import { copyRow, getBase, newestOf, readPlace, rebase, setBase } from './rows.as'
import { isBeyond, nextBase } from './times.as'

const rows = memory.data(128 * 18, 16)
const tags = memory.data(128, 16)

function lifted(row: u32): usize {
  return rows + <usize>row * bytesPerRow
}

/** Takes all rows out of a bin. @returns how many were lifted */
function lift(bin: usize): u32 {
  const head = getHead(bin)
  const count = countOf(head)
  for (let row: u32 = 0; row < count; row++) {
    copyRow(addressOf(bin, head, row), lifted(row))
    store<u8>(tags + row, load<u8>(bin + placeOf(head, row), tagsAt))
  }
  clear(bin)
  return count
}

function put(row: u32, bin: usize): void {
  copyRow(lifted(row), push(bin, load<u8>(tags + row)))
}

/** Moves the rows that have the bit in their place to another bin, which is empty. */
export function divide(bin: usize, bit: u32, other: usize): void {
  setBase(other, getBase(bin))
  const count = lift(bin)
  for (let row: u32 = 0; row < count; row++) {
    put(row, (readPlace(lifted(row)) & bit) !== 0 ? other : bin)
  }
}

/** Moves all rows of another bin into this one, which has room for them. */
export function absorb(bin: usize, other: usize): void {
  if (rowsOf(other) === 0) return
  // The earlier base serves both, unless it lies too far back for the newest of all rows.
  const ofOther = getBase(other)
  let base = rowsOf(bin) === 0 ? ofOther : min(getBase(bin), ofOther)
  const newest = max(newestOf(bin), newestOf(other))
  if (isBeyond(base, newest)) base = nextBase(newest)
  if (base !== getBase(bin)) rebase(bin, base)
  if (base !== ofOther) rebase(other, base)
  const count = lift(other)
  for (let row: u32 = 0; row < count; row++) put(row, bin)
}
