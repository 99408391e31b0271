// Forgetting: a hand that goes round through the bins, a few for each id that was added, and takes from the front of
// each what the window has passed.

import {
  bytesPerChunk,
  countOf,
  depthOf,
  dropBin,
  frontOf,
  getHead,
  headOf,
  mostRows,
  nextOf,
  rowsOf,
  setHead,
  setNext,
} from './bins.as'
import { binAt, depth, enter, leastDepth } from './directory.as'
import { absorb } from './moves.as'
import { forgetRows, frontChunk } from './passed.as'
import { getBin, noteRead, setBin } from './scratch.as'

/** What a look at an empty place costs, at a bin, and for each row that goes; an id that is added pays for one. */
const perPlace: f64 = 1
const perBin: f64 = 6
const perRow: f64 = 0.25
/** In one call: some tenths of a millisecond. What is left when many were added at once is for the next calls. */
const mostAtOnce: f64 = 4_000
/** Two bins that have no more than this together become one: far from where it would be cut again. */
const mergeable: u32 = mostRows / 3
/** So many bins are looked at side by side, so that their waits for memory are one. */
const group: i32 = 64
const visited = memory.data(64 * 4, 16)

/** How many ids were forgotten since the beginning. */
export let forgotten: f64 = 0
/** The place in the directory that is next. */
let hand: u32 = 0
/** What the ids that were added have paid for. */
let credit: f64 = 0
// What was last swept for says what a full bin may forget before it is cut.
let hasHorizon: bool = false
let eventHorizon: i64 = 0
let appendHorizon: i64 = 0

export function pay(ids: i32): void {
  credit += <f64>ids
}

/** Says that the directory has become twice as long. */
export function foldHand(): void {
  hand *= 2
}

/** Forgets what may go from a full bin, as of the last clocks. @returns whether that has made room */
export function forgetFrom(bin: usize): bool {
  return hasHorizon && forget(bin) > 0
}

function forget(bin: usize): u32 {
  const gone = forgetRows(bin, eventHorizon, appendHorizon)
  forgotten += <f64>gone
  return gone
}

/** @param event and append: whoever is not behind both of these times is passed, in milliseconds since 1970 */
export function sweepSome(event: i64, append: i64): void {
  hasHorizon = true
  eventHorizon = event
  appendHorizon = append
  const left = max<f64>(0, credit - mostAtOnce)
  while (credit > left) {
    const count = takeNext(left)
    touchFronts(count)
    for (let at = 0; at < count; at++) visit(load<u32>(visited + <usize>at * 4))
  }
}

/** Takes the next bins of the round. @returns how many */
function takeNext(left: f64): i32 {
  const places: u32 = 1 << depth
  if (hand >= places) hand = 0
  let taken = 0
  while (taken < group && hand < places && credit > left) {
    const bin = binAt(hand)
    if (bin === 0) {
      hand++
      credit -= perPlace
      continue
    }
    store<u32>(visited + <usize>taken * 4, hand)
    setBin(taken, bin)
    taken++
    credit -= perBin
    while (hand < places && binAt(hand) === bin) hand++
  }
  return taken
}

/** Reads a word of each line of the cache that the oldest rows of the bins lie in. */
function touchFronts(count: i32): void {
  let all: u32 = 0
  for (let at = 0; at < count; at++) all ^= getHead(getBin(at))
  for (let at = 0; at < count; at++) {
    const chunk = frontChunk(getBin(at))
    all ^=
      load<u32>(chunk) ^ load<u32>(chunk, 60) ^ load<u32>(chunk, 120) ^ load<u8>(chunk, bytesPerChunk - 1)
  }
  noteRead(all)
}

function visit(index: u32): void {
  let before: usize = 0
  let bin = binAt(index)
  // The last one is the oldest, and none goes before it.
  for (let next = nextOf(bin); next !== 0; next = nextOf(bin)) {
    before = bin
    bin = next
  }
  credit -= perRow * <f64>forget(bin)
  if (before === 0) {
    if (rowsOf(bin) <= mergeable) merge(bin, index)
  } else if (rowsOf(bin) === 0) {
    setNext(before, 0)
    dropBin(bin)
  }
}

function merge(bin: usize, index: u32): void {
  const own = depthOf(getHead(bin))
  if (own === leastDepth) return
  const buddy = binAt(index ^ (1 << (depth - own)))
  if (buddy === 0 || depthOf(getHead(buddy)) !== own || nextOf(buddy) !== 0) return
  if (rowsOf(bin) + rowsOf(buddy) > mergeable) return
  absorb(bin, buddy)
  dropBin(buddy)
  const head = getHead(bin)
  setHead(bin, headOf(countOf(head), frontOf(head), own - 1))
  enter(bin, index)
}
