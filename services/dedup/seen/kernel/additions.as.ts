// Adding ids, many at once: what they will be written to is read before it is needed, so that their waits for memory are
// one.

import {
  bytesPerRow,
  countOf,
  createBin,
  depthOf,
  frontOf,
  getHead,
  headOf,
  inChunk,
  mostRows,
  placeOf,
  rowsOf,
  setHead,
  setNext,
  tagsAt,
  tailAt,
} from './bins.as'
import { binAt, deepen, depth, enter, indexOf, mostDepth } from './directory.as'
import { divide } from './moves.as'
import { addRow } from './rows.as'
import { bytesPerId, getBin, group, idsAt, noteRead, setBin } from './scratch.as'
import { foldHand, forgetFrom } from './sweep.as'

/** How deep a bin is when it is made. */
let firstDepth: u32 = 0

export function setFirstDepth(bits: u32): void {
  firstDepth = bits
}

/** Adds the ids that stand in the scratch, packed as in a block. */
export function addMany(count: i32): void {
  for (let from = 0; from < count; from += group) {
    const inGroup = min(count - from, group)
    const ids = idsAt + <usize>from * bytesPerId
    touchEnds(ids, inGroup)
    for (let at = 0; at < inGroup; at++) addPacked(ids + <usize>at * bytesPerId)
  }
}

// An id of a block, in numbers that are big-endian: `place` 2 bytes, `first` and `second` 4 each, `third` 2, event time and
// append time 6 each (schemas/seen-ids.ts).

function firstOf(id: usize): u32 {
  return bswap<u32>(load<u32>(id, 2))
}

/** `place` above `third`. */
function thirdOf(id: usize): u32 {
  return ((<u32>bswap<u16>(load<u16>(id))) << 16) | <u32>bswap<u16>(load<u16>(id, 10))
}

function addPacked(id: usize): void {
  const words = <u64>firstOf(id) | ((<u64>bswap<u32>(load<u32>(id, 6))) << 32)
  const event = bswap<i64>(load<i64>(id, 12)) >> 16
  const append = (bswap<i64>(load<i64>(id, 16)) << 16) >> 16
  addOne(words, thirdOf(id), event, append)
}

/** Reads a word of each line of the cache that the next rows of the ids' bins come to. */
function touchEnds(ids: usize, count: i32): void {
  let all: u32 = 0
  for (let at = 0; at < count; at++) {
    const id = ids + <usize>at * bytesPerId
    setBin(at, binAt(indexOf(firstOf(id), thirdOf(id))))
  }
  for (let at = 0; at < count; at++) all ^= getHead(getBin(at))
  for (let at = 0; at < count; at++) {
    const bin = getBin(at)
    const head = getHead(bin)
    const row = bin + tailAt + <usize>(countOf(head) & inChunk) * bytesPerRow
    all ^=
      load<u8>(bin + placeOf(head, countOf(head)), tagsAt) ^ load<u32>(row) ^ load<u8>(row, bytesPerRow - 1)
  }
  noteRead(all)
}

function addOne(id: u64, third: u32, event: i64, append: i64): void {
  let bin = binAt(indexOf(<u32>id, third))
  if (bin === 0) {
    bin = createBin(min(firstDepth, depth))
    enter(bin, indexOf(<u32>id, third))
  }
  while (rowsOf(bin) === mostRows) {
    makeRoom(bin, <u32>id, third)
    bin = binAt(indexOf(<u32>id, third))
  }
  addRow(bin, id, third, event, append)
}

/** Makes room in a full bin, or before it. */
function makeRoom(bin: usize, first: u32, third: u32): void {
  if (forgetFrom(bin)) return
  const head = getHead(bin)
  const own = depthOf(head)
  if (own === mostDepth) {
    // No more bits that could tell its ids apart, which for ids under a secret key means: hundreds of millions.
    const another = createBin(mostDepth)
    setNext(another, bin)
    enter(another, indexOf(first, third))
    return
  }
  if (own === depth) {
    deepen()
    foldHand()
  }
  const other = createBin(own + 1)
  setHead(bin, headOf(countOf(head), frontOf(head), own + 1))
  // Of the 22 bits the last 14 can be asked for, and the first 8 have chosen already.
  divide(bin, 1 << (mostDepth - own - 1), other)
  const span: u32 = 1 << (depth - own - 1)
  const start = indexOf(first, third) & -(2 * span)
  enter(bin, start)
  enter(other, start + span)
}
