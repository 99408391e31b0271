// The rows of a bin: a new one at the end, and their times.

import { addressOf, appendAt, baseAt, countOf, eventAt, getHead, middleAt, push, rowsOf } from './bins.as'
import {
  codeOf,
  eventTimeOf,
  firstBase,
  forgetCode,
  isBeyond,
  nextBase,
  sinceBase,
  startOf,
} from './times.as'

/**
 * Adds a row to a bin that is not full. An append time that lies 37 days and more before the newest may count as later:
 * its id is then remembered for longer than it must, never for less.
 * @param id the first two words of the fingerprint
 * @param third its third one, of which the first 8 bits are implied by the bin and the last 8 are the tag
 */
export function addRow(bin: usize, id: u64, third: u32, event: i64, append: i64): void {
  if (rowsOf(bin) === 0) setBase(bin, firstBase(append))
  else if (isBeyond(getBase(bin), append)) rebase(bin, nextBase(append))
  const row = push(bin, third)
  store<u64>(row, id)
  store<u16>(row, third >>> 8, middleAt)
  writeTimes(row, getBase(bin), event, append)
}

/** Whether a row holds a fingerprint, as far as it is kept here. */
export function isAt(row: usize, id: u64, third: u32): bool {
  return load<u64>(row) === id && load<u16>(row, middleAt) === <u16>(third >>> 8)
}

/** The bits of a row by which bins are told apart beyond the first 8: 14, the last ones of the 22. */
export function readPlace(row: usize): u32 {
  return ((<u32>load<u8>(row, middleAt + 1)) << 6) | (load<u32>(row) >>> 26)
}

/** Copies a row as it is. */
export function copyRow(from: usize, to: usize): void {
  v128.store(to, v128.load(from))
  store<u16>(to, load<u16>(from, middleAt), middleAt)
}

export function getBase(bin: usize): u32 {
  return load<u32>(bin, baseAt)
}

export function setBase(bin: usize, base: u32): void {
  store<u32>(bin, base, baseAt)
}

/** When the raw record of a row was appended. */
export function appendTimeOf(bin: usize, row: usize): i64 {
  return startOf(getBase(bin)) + load<u32>(row, appendAt)
}

function writeTimes(row: usize, base: u32, event: i64, append: i64): void {
  const since = sinceBase(base, append)
  store<u32>(row, since, appendAt)
  store<u32>(row, codeOf(event, startOf(base) + since), eventAt)
}

/** Gives a bin and its rows another base. */
export function rebase(bin: usize, base: u32): void {
  const head = getHead(bin)
  for (let at: u32 = 0; at < countOf(head); at++) {
    const row = addressOf(bin, head, at)
    const append = appendTimeOf(bin, row)
    const code = load<u32>(row, eventAt)
    const event = eventTimeOf(code, append)
    forgetCode(code)
    writeTimes(row, base, event, append)
  }
  setBase(bin, base)
}

/** The newest append time of a bin; 0 where it has no rows. */
export function newestOf(bin: usize): i64 {
  const head = getHead(bin)
  let newest: i64 = 0
  for (let at: u32 = 0; at < countOf(head); at++)
    newest = max(newest, appendTimeOf(bin, addressOf(bin, head, at)))
  return newest
}
