// The table of remembered ids as JavaScript sees it: this is compiled to table.wasm, by `npm run docs`.
//
// It is AssemblyScript and not TypeScript, for what JavaScript has not: numbers of 64 bits, 16 tags compared at a time,
// and one memory in which a bin, a row and a time are addresses and not objects. That makes an id three to four times
// cheaper (ADR 11). Each table has an instance of its own, and so a memory of its own.

import { addMany, setFirstDepth } from './additions.as'
import { bytesPerChunk, bytesPerLine, chunks, lines } from './bins.as'
import { bytesOfDirectory, lay, leastDepth } from './directory.as'
import { findMany } from './look-ups.as'
import { inUse, open, top } from './memory.as'
import { idsAt, mostIds, timesAt } from './scratch.as'
import { forgotten, pay, sweepSome } from './sweep.as'
import { bytesPerCell, cells } from './times.as'

let added: f64 = 0

open()
lay(leastDepth)
setFirstDepth(leastDepth)

/** How many ids `find` and `add` take at most. */
export function most(): i32 {
  return mostIds
}

/** Where ids are written to before `find` and `add`. */
export function ids(): usize {
  return idsAt
}

/** Where `find` writes to. */
export function times(): usize {
  return timesAt
}

/** Lays an empty table out so that so many bits choose among its bins. */
export function reserve(bits: u32): void {
  lay(bits)
  setFirstDepth(bits)
}

/** Looks up ids of three words. What was found is two times of each; the event time of none is no number. */
export function find(count: i32): void {
  findMany(count)
}

/** Adds packed ids. Memory may have grown behind it. */
export function add(count: i32): void {
  addMany(count)
  added += <f64>count
  pay(count)
}

/** Forgets some of the ids that lie behind neither of two times, in milliseconds since 1970. */
export function sweep(event: f64, append: f64): void {
  sweepSome(earliest(event), earliest(append))
}

function earliest(time: f64): i64 {
  return <i64>max<f64>(floor(time), <f64>i64.MIN_VALUE / 4)
}

/** How many ids it has. */
export function size(): f64 {
  return added - forgotten
}

/** Bytes of what is in use. */
export function used(): f64 {
  return (
    <f64>inUse(lines) * <f64>bytesPerLine +
    <f64>inUse(chunks) * <f64>bytesPerChunk +
    <f64>inUse(cells) * <f64>bytesPerCell +
    <f64>bytesOfDirectory()
  )
}

/** Bytes that can be in use before memory is asked for again, and which was. */
export function reached(): f64 {
  return <f64>top
}
