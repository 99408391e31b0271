// Adding ids, one by one or those of a block, which are many at once: what these will be written to is read before it is
// needed, so that their waits for memory are one.

import {
  appendTimeOf,
  countSeenIds,
  eventTimeOf,
  firstOf,
  secondOf,
  thirdOf,
  viewOf,
} from '@podpipe/schemas/seen-ids.ts'
import { type Bins, createBin, depthOfBin, rowsOf, setDepth, setNext } from './bins.ts'
import { type Directory, deepen, enter, indexOf, mostDepth } from './directory.ts'
import { countOf, getWord, headAt, mostRows, placeOf } from './lines.ts'
import { divide } from './moves.ts'
import { addRow } from './queue.ts'
import { forgetFrom, type Sweep } from './sweep.ts'
import { touchLines, touchRows } from './touch.ts'

/** So many at a time that what they touch stays in the cache until it is needed. */
const group = 128
const binOf = new Int32Array(group)
const inPlace = new Int32Array(group)

/** The table, as those who add to it see it. */
export interface Table {
  readonly bins: Bins
  readonly directory: Directory
  readonly sweep: Sweep
  /** How deep a bin is when it is made. */
  firstDepth: number
}

export function addOne(
  table: Table,
  first: number,
  second: number,
  third: number,
  eventTime: number,
  appendTime: number,
): void {
  const { bins, directory } = table
  let bin = directory.places[indexOf(directory, first, third)] as number
  if (bin === 0) {
    bin = createBin(bins, Math.min(table.firstDepth, directory.depth))
    enter(directory, bins, bin, indexOf(directory, first, third))
  }
  while (rowsOf(bins, bin) === mostRows) {
    makeRoom(table, bin, first, third)
    bin = directory.places[indexOf(directory, first, third)] as number
  }
  addRow(bins, bin, first, second, third, eventTime, appendTime)
}

/** @returns how many they were */
export function addMany(table: Table, packed: Buffer): number {
  const { bins, directory } = table
  const ids = viewOf(packed)
  const count = countSeenIds(packed)
  for (let from = 0; from < count; from += group) {
    const to = Math.min(count, from + group)
    findBins(directory, ids, from, to)
    touchLines(bins, binOf, to - from)
    findPlaces(bins, to - from)
    touchRows(bins, binOf, inPlace, to - from)
    for (let id = from; id < to; id++) {
      addOne(
        table,
        firstOf(ids, id),
        secondOf(ids, id),
        thirdOf(ids, id),
        eventTimeOf(ids, id),
        appendTimeOf(ids, id),
      )
    }
  }
  return count
}

function findBins(directory: Directory, ids: DataView, from: number, to: number): void {
  for (let id = from; id < to; id++) {
    binOf[id - from] = directory.places[indexOf(directory, firstOf(ids, id), thirdOf(ids, id))] as number
  }
}

/** Where the next row of each comes; where that begins a chunk, what is read is of no use. */
function findPlaces({ lines }: Bins, count: number): void {
  for (let at = 0; at < count; at++) {
    const head = getWord(lines, binOf[at] as number, headAt)
    inPlace[at] = placeOf(head, countOf(head) % mostRows)
  }
}

/** Makes room in a full bin, or before it. */
function makeRoom(table: Table, bin: number, first: number, third: number): void {
  const { bins, directory, sweep } = table
  if (forgetFrom(sweep, bins, bin)) return
  const own = depthOfBin(bins, bin)
  if (own === mostDepth) {
    // No more bits that could tell its ids apart, which for ids under a secret key means: hundreds of millions.
    const another = createBin(bins, mostDepth)
    setNext(bins, another, bin)
    enter(directory, bins, another, indexOf(directory, first, third))
    return
  }
  if (own === directory.depth) {
    deepen(directory)
    sweep.hand *= 2
  }
  const other = createBin(bins, own + 1)
  setDepth(bins, bin, own + 1)
  // Of the 22 bits the last 14 can be asked for, and the first 8 have chosen already.
  divide(bins, bin, 1 << (mostDepth - own - 1), other)
  const span = 1 << (directory.depth - own - 1)
  const start = indexOf(directory, first, third) & -(2 * span)
  enter(directory, bins, bin, start)
  enter(directory, bins, other, start + span)
}
