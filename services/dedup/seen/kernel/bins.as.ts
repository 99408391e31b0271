// The bins of the table: up to 128 rows each, first in, first out. Rows come one by one at the end and go by whole
// chunks of 8 at the front. Nothing else changes in a row, so the later of two rows of one id is always the newer one, and
// it is never gone before the older.
//
// A bin's line says where its rows are, has eight bits of each row's fingerprint, the tag, and holds the last rows itself
// until they fill a chunk. So a look-up for an id that is not there, as nearly all are not, and an addition go to one place
// in memory. Bin 0 is no bin: what is read of it is of no use.

import { bytesPerPool, give, take } from './memory.as'

/** Rows of a bin at most. Their places are a ring, 16 places of 8 for chunks, of which the oldest goes first. */
export const mostRows: u32 = 128
export const chunkRows: u32 = 8
export const inChunk: u32 = chunkRows - 1
/** Two words of the fingerprint, append time and event time, and 16 bits in the middle of the third word. */
export const bytesPerRow: usize = 18
export const appendAt: usize = 8
export const eventAt: usize = 12
export const middleAt: usize = 16
export const bytesPerChunk: usize = 144
// A line: rows, oldest chunk and depth in one word; base; the older bin behind; a tag for each place; a chunk for each
// eight places; and the last rows.
export const bytesPerLine: usize = 352
const headAt: usize = 0
export const baseAt: usize = 4
export const nextAt: usize = 8
export const tagsAt: usize = 16
const chunksAt: usize = 144
export const tailAt: usize = 208

export const chunks = memory.data(bytesPerPool, 16)
export const lines = memory.data(bytesPerPool, 16)

/** How many rows a bin has, by its head. */
export function countOf(head: u32): u32 {
  return head & 0xff
}

/** In which of its places for chunks the oldest one is. */
export function frontOf(head: u32): u32 {
  return (head >>> 8) & 15
}

/** How many bits of a fingerprint are the same in all of its rows. */
export function depthOf(head: u32): u32 {
  return head >>> 12
}

export function headOf(count: u32, front: u32, depth: u32): u32 {
  return count | (front << 8) | (depth << 12)
}

export function getHead(bin: usize): u32 {
  return load<u32>(bin, headAt)
}

export function setHead(bin: usize, head: u32): void {
  store<u32>(bin, head, headAt)
}

export function rowsOf(bin: usize): u32 {
  return countOf(getHead(bin))
}

/** The older bin behind this one, for those that have no more bits to be told apart by; 0 for none. */
export function nextOf(bin: usize): usize {
  return load<usize>(bin, nextAt)
}

export function setNext(bin: usize, next: usize): void {
  store<usize>(bin, next, nextAt)
}

/** The place of a row, which are counted from the oldest one on. */
export function placeOf(head: u32, row: u32): u32 {
  return (frontOf(head) * chunkRows + row) & (mostRows - 1)
}

/** As which of a bin's rows one came that is at this place, whether there is one or not. */
export function rowOf(head: u32, place: u32): u32 {
  return (place - frontOf(head) * chunkRows) & (mostRows - 1)
}

/** Where the address of the chunk stands that belongs to a place. */
export function chunkAt(bin: usize, place: u32): usize {
  return bin + chunksAt + <usize>(place / chunkRows) * 4
}

/** How many of a bin's rows are in chunks; the others, one at least, are in its line. */
function inChunks(count: u32): u32 {
  return (count - 1) & ~inChunk
}

export function addressOf(bin: usize, head: u32, row: u32): usize {
  const isInLine = row >= inChunks(countOf(head))
  const chunk = isInLine ? bin + tailAt : load<usize>(chunkAt(bin, placeOf(head, row)))
  return chunk + <usize>(row & inChunk) * bytesPerRow
}

export function createBin(depth: u32): usize {
  const bin = take(lines, bytesPerLine)
  setHead(bin, headOf(0, 0, depth))
  setNext(bin, 0)
  return bin
}

/** Gives back a bin without rows. */
export function dropBin(bin: usize): void {
  give(lines, bin)
}

/** Makes a place for one more row in a bin that is not full. @returns its address */
export function push(bin: usize, tag: u32): usize {
  const head = getHead(bin)
  const row = countOf(head)
  const place = placeOf(head, row)
  if ((row & inChunk) === 0 && row > 0) fillChunk(bin, placeOf(head, row - 1))
  setHead(bin, head + 1)
  store<u8>(bin + place, tag, tagsAt)
  return bin + tailAt + <usize>(row & inChunk) * bytesPerRow
}

/** Puts the rows of the line, which are eight, into a chunk. */
function fillChunk(bin: usize, place: u32): void {
  const chunk = take(chunks, bytesPerChunk)
  store<usize>(chunkAt(bin, place), chunk)
  memory.copy(chunk, bin + tailAt, bytesPerChunk)
}

/** Takes all rows out of a bin, whose chunks are given back. */
export function clear(bin: usize): void {
  const head = getHead(bin)
  const count = countOf(head)
  if (count === 0) return
  for (let row: u32 = 0; row < inChunks(count); row += chunkRows) {
    give(chunks, load<usize>(chunkAt(bin, placeOf(head, row))))
  }
  setHead(bin, headOf(0, 0, depthOf(head)))
}
