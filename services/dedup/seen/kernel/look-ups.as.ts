// Looking ids up, many at once. Nearly all the time of a look-up in a large table is a wait for memory; of many, each step
// is done for all before the next one, and so their waits are one.

import {
  addressOf,
  bytesPerRow,
  countOf,
  eventAt,
  getHead,
  mostRows,
  nextOf,
  placeOf,
  rowOf,
  tagsAt,
} from './bins.as'
import { binAt, depth, indexOf, mostDepth } from './directory.as'
import { appendTimeOf, isAt } from './rows.as'
import { bytesPerTimes, bytesPerWords, getBin, group, idsAt, noteRead, setBin, timesAt } from './scratch.as'
import { eventTimeOf } from './times.as'

// What has the same tag as an id of the group: the id's number below the row's among those of its bin, and its address.
const whose = memory.data(group * 128 * 4, 16)
const where = memory.data(group * 128 * 4, 16)
// Of each id the newest row that has its fingerprint: its number, counted from one, and its address.
const newest = memory.data(group * 4, 16)
const newestAt = memory.data(group * 4, 16)

/** Looks up the ids that stand in the scratch, three words each, and writes what was found there as well. */
export function findMany(count: i32): void {
  for (let from = 0; from < count; from += group) {
    const inGroup = min(count - from, group)
    const ids = idsAt + <usize>from * bytesPerWords
    findBins(ids, inGroup)
    touchLines(inGroup)
    const alike = compareTags(ids, inGroup)
    touchRows(alike)
    compareRows(ids, alike)
    tell(ids, inGroup, timesAt + <usize>from * bytesPerTimes)
  }
}

function firstOf(ids: usize, at: i32): u64 {
  return load<u64>(ids + <usize>at * bytesPerWords)
}

function thirdOf(ids: usize, at: i32): u32 {
  return load<u32>(ids + <usize>at * bytesPerWords, 8)
}

function findBins(ids: usize, count: i32): void {
  for (let at = 0; at < count; at++) {
    setBin(at, binAt(indexOf(<u32>firstOf(ids, at), thirdOf(ids, at))))
    store<u32>(newest + <usize>at * 4, 0)
  }
}

/** Reads a word of each line of the cache that a look-up needs of the bins' lines. */
function touchLines(count: i32): void {
  let all: u32 = 0
  for (let at = 0; at < count; at++) {
    const bin = getBin(at)
    all ^= load<u32>(bin) ^ load<u32>(bin, 64) ^ load<u32>(bin, 140)
  }
  noteRead(all)
}

/** Compares 16 tags at a time. @returns how many bytes of rows have the tag of an id whose bin they are in */
function compareTags(ids: usize, count: i32): usize {
  let alike: usize = 0
  for (let at = 0; at < count; at++) {
    const bin = getBin(at)
    if (bin === 0) continue
    const tag = i8x16.splat(<i8>thirdOf(ids, at))
    const a = i8x16.eq(v128.load(bin, tagsAt), tag)
    const b = i8x16.eq(v128.load(bin, tagsAt + 16), tag)
    const c = i8x16.eq(v128.load(bin, tagsAt + 32), tag)
    const d = i8x16.eq(v128.load(bin, tagsAt + 48), tag)
    const e = i8x16.eq(v128.load(bin, tagsAt + 64), tag)
    const f = i8x16.eq(v128.load(bin, tagsAt + 80), tag)
    const g = i8x16.eq(v128.load(bin, tagsAt + 96), tag)
    const h = i8x16.eq(v128.load(bin, tagsAt + 112), tag)
    const half = v128.or(v128.or(a, b), v128.or(c, d))
    if (!v128.any_true(v128.or(half, v128.or(v128.or(e, f), v128.or(g, h))))) continue
    alike = note(bitsOf(a, b, c, d), at, bin, 0, alike)
    alike = note(bitsOf(e, f, g, h), at, bin, mostRows / 2, alike)
  }
  return alike
}

function bitsOf(a: v128, b: v128, c: v128, d: v128): u64 {
  const low = <u64>i8x16.bitmask(a) | ((<u64>i8x16.bitmask(b)) << 16)
  return low | ((<u64>i8x16.bitmask(c)) << 32) | ((<u64>i8x16.bitmask(d)) << 48)
}

/** Notes the rows behind tags that are alike. @returns how many bytes are noted now */
function note(bits: u64, id: i32, bin: usize, place: u32, before: usize): usize {
  const head = getHead(bin)
  let alike = before
  for (let left = bits; left !== 0; left &= left - 1) {
    const row = rowOf(head, place + <u32>ctz(left))
    if (row >= countOf(head)) continue
    store<u32>(whose + alike, <u32>id | (row << 8))
    store<usize>(where + alike, addressOf(bin, head, row))
    alike += 4
  }
  return alike
}

/** Reads something of each line of the cache that the rows lie in. */
function touchRows(alike: usize): void {
  let all: u32 = 0
  for (let at: usize = 0; at < alike; at += 4) {
    const row = load<usize>(where + at)
    all ^= load<u32>(row) ^ load<u8>(row, bytesPerRow - 1)
  }
  noteRead(all)
}

/** One that was accepted again stands there twice. */
function compareRows(ids: usize, alike: usize): void {
  for (let at: usize = 0; at < alike; at += 4) {
    const row = load<usize>(where + at)
    const id = load<u32>(whose + at) & 0xff
    if (!isAt(row, firstOf(ids, id), thirdOf(ids, id))) continue
    const number = (load<u32>(whose + at) >>> 8) + 1
    if (number <= load<u32>(newest + id * 4)) continue
    store<u32>(newest + id * 4, number)
    store<usize>(newestAt + id * 4, row)
  }
}

function tell(ids: usize, count: i32, times: usize): void {
  for (let at = 0; at < count; at++) {
    const into = times + <usize>at * bytesPerTimes
    const bin = getBin(at)
    if (load<u32>(newest + <usize>at * 4) !== 0) write(bin, load<usize>(newestAt + <usize>at * 4), into)
    else {
      store<f64>(into, NaN)
      // Only bins of the last depth have others behind them. The newest row is in the first bin that has one.
      if (depth === mostDepth && bin !== 0) findBehind(nextOf(bin), firstOf(ids, at), thirdOf(ids, at), into)
    }
  }
}

function findBehind(start: usize, id: u64, third: u32, into: usize): void {
  for (let bin = start; bin !== 0; bin = nextOf(bin)) {
    const head = getHead(bin)
    for (let at = <i32>countOf(head) - 1; at >= 0; at--) {
      if (load<u8>(bin + placeOf(head, at), tagsAt) !== <u8>third) continue
      const row = addressOf(bin, head, at)
      if (!isAt(row, id, third)) continue
      write(bin, row, into)
      return
    }
  }
}

function write(bin: usize, row: usize, into: usize): void {
  const append = appendTimeOf(bin, row)
  store<f64>(into, <f64>eventTimeOf(load<u32>(row, eventAt), append))
  store<f64>(into, <f64>append, 8)
}
