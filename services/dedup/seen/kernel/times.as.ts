// How a row keeps its two times to the millisecond in 32 bits each: the append time since the base of its bin, the event
// time as its distance from the append time. Event times that lie too far away stand in cells of their own.

import { bytesPerPool, give, take } from './memory.as'

/** What stands for the time of an event that has none, in the ledger too. */
const noEventTime: i64 = -(1 << 47)
/** Append times reach 49 days beyond the base of their bin. */
const reach: i64 = 1 << 32
/** Bases are so far apart, in milliseconds: 2 ** 20. */
const unitBits: i64 = 20
/** How long before its first append time a bin's base lies, in milliseconds: 12 days. */
const slack: i64 = 1 << 30
/** And how long before a later one that it does not reach: 37 days, which is more than any window. */
const furthest: i64 = reach - slack
// Event times from 43 days before the append time to 3 days behind it are kept as their distance. What stands for those
// further away is the address of their cell, and the last number for none.
const noTime: u32 = 0xffffffff
const farthest: i64 = reach - (1 << 28)
const ahead: i64 = farthest - (1 << 28)
// Cells are so large that their addresses need no more than 28 bits.
export const bytesPerCell: usize = 16
const cellBits: usize = 4
export const cells = memory.data(bytesPerPool, 16)

/** The base of a bin whose first append time this is. */
export function firstBase(append: i64): u32 {
  return baseFor(append, slack)
}

/** The base of a bin that has to reach this append time. */
export function nextBase(append: i64): u32 {
  return baseFor(append, furthest)
}

function baseFor(append: i64, before: i64): u32 {
  return <u32>max<i64>(0, (append - before) >> unitBits)
}

/** A base in milliseconds since 1970. */
export function startOf(base: u32): i64 {
  return (<i64>base) << unitBits
}

export function isBeyond(base: u32, append: i64): bool {
  return append - startOf(base) >= reach
}

/** What is kept of an append time; one before the base counts as later. */
export function sinceBase(base: u32, append: i64): u32 {
  return <u32>max<i64>(0, append - startOf(base))
}

/** What is kept of an event time. */
export function codeOf(event: i64, append: i64): u32 {
  const distance = event - append + ahead
  if (distance >= 0 && distance < farthest) return <u32>distance
  if (event === noEventTime) return noTime
  const cell = take(cells, bytesPerCell)
  store<i64>(cell, event)
  return <u32>farthest + <u32>(cell >> cellBits)
}

function isFar(code: u32): bool {
  return <i64>code >= farthest
}

function cellOf(code: u32): usize {
  return (<usize>(code - <u32>farthest)) << cellBits
}

/** The event time again. */
export function eventTimeOf(code: u32, append: i64): i64 {
  if (!isFar(code)) return append + <i64>code - ahead
  return code === noTime ? noEventTime : load<i64>(cellOf(code))
}

/** The milliseconds by which an event lies before its append time; 0 for one without a time or of the future. */
export function lateness(code: u32, append: i64): i64 {
  return code === noTime ? 0 : max<i64>(0, append - eventTimeOf(code, append))
}

/** Says that a row with this code is gone. */
export function forgetCode(code: u32): void {
  if (isFar(code) && code !== noTime) give(cells, cellOf(code))
}
