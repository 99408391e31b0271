// Looking ids up, one by one or many at once. Nearly all the time of a look-up in a large table is a wait for memory; of
// many, each step is done for all before the next one, and so their waits are one.

import { type Bins, findRow, holds, nextOf } from './bins.ts'
import { type Directory, indexOf, mostDepth } from './directory.ts'
import { lineOf, mostRows, tagWords, wordsOf } from './lines.ts'
import { fourTags, haveZero, lowestByte, zeroBytes } from './tags.ts'
import { touchLines, touchRows } from './touch.ts'

/** So many at a time that what they touch stays in the cache until it is needed. */
const group = 128
// One look-up of a group after the other: its bin; and what has the same tag, whose it is and where.
const binOf = new Int32Array(group)
const whose = new Int32Array(group * mostRows)
const inBin = new Int32Array(group * mostRows)
const inPlace = new Int32Array(group * mostRows)

/** A row's number among all rows; -1 if there is none for this fingerprint. */
export function findOne(
  bins: Bins,
  directory: Directory,
  first: number,
  second: number,
  third: number,
): number {
  return findFrom(bins, directory.places[indexOf(directory, first, third)] as number, first, second, third)
}

/** The same for many, three words each. */
export function findMany(
  bins: Bins,
  directory: Directory,
  ids: Int32Array,
  count: number,
  found: Int32Array,
): void {
  found.fill(-1, 0, count)
  for (let from = 0; from < count; from += group) {
    const to = Math.min(count, from + group)
    findBins(directory, ids, from, to)
    touchLines(bins, binOf, to - from)
    const alike = compareTags(bins, ids, from, to)
    touchRows(bins, inBin, inPlace, alike)
    compareRows(bins, ids, alike, found)
    if (directory.depth === mostDepth) findBehind(bins, ids, from, to, found)
  }
}

/** The newest row is in the first bin that has one. */
function findFrom(bins: Bins, start: number, first: number, second: number, third: number): number {
  for (let bin = start; bin !== 0; bin = nextOf(bins, bin)) {
    const place = findRow(bins, bin, first, second, third)
    if (place >= 0) return bin * mostRows + place
  }
  return -1
}

function findBins(directory: Directory, ids: Int32Array, from: number, to: number): void {
  const { places } = directory
  for (let id = from; id < to; id++) {
    binOf[id - from] = places[indexOf(directory, ids[3 * id] as number, ids[3 * id + 2] as number)] as number
  }
}

/** @returns how many rows have the tag of an id whose bin they are in */
function compareTags({ lines }: Bins, ids: Int32Array, from: number, to: number): number {
  let alike = 0
  for (let id = from; id < to; id++) {
    const bin = binOf[id - from] as number
    const words = wordsOf(lines, bin)
    const line = lineOf(bin)
    const tags = fourTags(ids[3 * id + 2] as number)
    for (let at = line; at < line + tagWords; at += 4) {
      const one = (words[at] as number) ^ tags
      const two = (words[at + 1] as number) ^ tags
      const three = (words[at + 2] as number) ^ tags
      const four = (words[at + 3] as number) ^ tags
      if (!haveZero(one, two, three, four)) continue
      const place = 4 * (at - line)
      alike = note(zeroBytes(one), id, bin, place, alike)
      alike = note(zeroBytes(two), id, bin, place + 4, alike)
      alike = note(zeroBytes(three), id, bin, place + 8, alike)
      alike = note(zeroBytes(four), id, bin, place + 12, alike)
    }
  }
  return alike
}

/** Notes the places of four tags that are alike. @returns how many are noted now */
function note(zeros: number, id: number, bin: number, place: number, before: number): number {
  let alike = before
  for (let left = zeros; left !== 0; left &= left - 1) {
    whose[alike] = id
    inBin[alike] = bin
    inPlace[alike++] = place + lowestByte(left)
  }
  return alike
}

function compareRows(bins: Bins, ids: Int32Array, alike: number, found: Int32Array): void {
  for (let at = 0; at < alike; at++) {
    const id = whose[at] as number
    const bin = inBin[at] as number
    const place = inPlace[at] as number
    const first = ids[3 * id] as number
    const second = ids[3 * id + 1] as number
    const third = ids[3 * id + 2] as number
    if (!holds(bins, bin, place, first, second, third)) continue
    // One that was accepted again stands there twice.
    found[id] = (found[id] as number) < 0 ? bin * mostRows + place : findFrom(bins, bin, first, second, third)
  }
}

/** Only bins of the last depth have others behind them. */
function findBehind(bins: Bins, ids: Int32Array, from: number, to: number, found: Int32Array): void {
  for (let id = from; id < to; id++) {
    const next = nextOf(bins, binOf[id - from] as number)
    if (next === 0 || (found[id] as number) >= 0) continue
    found[id] = findFrom(
      bins,
      next,
      ids[3 * id] as number,
      ids[3 * id + 1] as number,
      ids[3 * id + 2] as number,
    )
  }
}
