import { equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import type { Event, SeenBlock } from '@podpipe/schemas/records.ts'
import {
  beyondFault,
  claimOf,
  countFault,
  eventFault,
  firstStretch,
  ledgerFault,
  madeAnewFault,
} from './account.ts'
import type { Fault } from './fault.ts'

const block = (next_offset: number, unique: number, duplicate: number, rejected: number): SeenBlock => ({
  next_offset,
  oldest_block: -1,
  event_clock: null,
  append_clock: null,
  decided: unique + duplicate + rejected,
  unique,
  duplicate,
  rejected,
  ids: Buffer.alloc(0),
  key: Buffer.alloc(16),
})

function is(fault: Fault | undefined, expected: RegExp | undefined): void {
  if (expected === undefined) equal(fault, undefined)
  else match(`expected ${fault?.expected}; found ${fault?.found}. ${fault?.advice}`, expected)
}

const before = block(10, 5, 3, 2)

for (const [name, previous, next, expected] of [
  ['the first block stands by its sums', undefined, block(3, 2, 1, 0), undefined],
  ['a later one goes on', before, block(12, 6, 4, 2), undefined],
  [
    'sums that do not add up',
    undefined,
    { ...block(3, 2, 1, 0), decided: 4 },
    /unique 2 \+ duplicate 1 \+ rejected 0, which is 3; found decided 4/,
  ],
  ['a total that goes back', before, block(12, 8, 2, 2), /duplicate that does not go back from 3; found 2/],
  ['an offset that goes back', before, block(9, 6, 4, 2), /behind 10, where .*; found 9/],
  ['a block that stands twice', before, before, /behind 10, where .*; found 10/],
] satisfies [string, SeenBlock | undefined, SeenBlock, RegExp | undefined][]) {
  test(`ledger: ${name}`, () => is(ledgerFault(previous, next, false), expected))
}

test('ledger: a block that only moves ids stays where it was', () =>
  is(ledgerFault(before, before, true), undefined))

for (const [name, first, rawStart, from] of [
  ['from offset 0', block(3, 3, 0, 0), 0, 0],
  ['from where raw began then', block(1_003, 3, 0, 0), 1_000, 1_000],
  ['the same when raw has lost more since', block(1_003, 3, 0, 0), 2_000, 1_000],
  ['from where raw begins, when that was not decided', block(1_003, 3, 0, 0), 990, 990],
] as const) {
  test(`the first block reaches ${name}`, () => equal(firstStretch(first, rawStart).from, from))
}

const places = {
  unique: { topic: 'unique', partition: 1 },
  rejected: { topic: 'rejected', partition: 0 },
  raw: { topic: 'raw', partition: 1 },
}
const whole = { unique: true, rejected: true, raw: true }
const cut = { unique: false, rejected: false, raw: false }
const claim = claimOf(before, block(20, 11, 6, 3))
const right = { unique: 6, rejected: 1, raw: 10 }

for (const [name, counted, isWhole, expected] of [
  ['as claimed', right, whole, undefined],
  ['raw not read', { ...right, raw: undefined }, whole, undefined],
  [
    'an event too few',
    { ...right, unique: 5 },
    whole,
    /^expected 6 in unique-1 for raw offsets 10 to 19, .*found 5\./,
  ],
  ['an event too few where unique is cut', { ...right, unique: 5 }, { ...whole, unique: false }, undefined],
  ['an event too many', { ...right, unique: 7 }, whole, /found 7\. Nothing but dedup may write/],
  ['an event too many where unique is cut', { ...right, unique: 7 }, cut, /found 7\./],
  ['a reject too few', { ...right, rejected: 0 }, whole, /^expected 1 in rejected-0 .*found 0\./],
  ['a reject too few where rejects are cut', { ...right, rejected: 0 }, cut, undefined],
  ['a reject too many', { ...right, rejected: 2 }, cut, /found 2\./],
  ['a raw record too many', { ...right, raw: 11 }, whole, /^expected 11 decided.*1 were decided by nobody/],
  ['a raw record too few', { ...right, raw: 9 }, whole, /^expected 9 decided.*found 10 by this block\./],
  ['what is left of a block that raw has lost in part', { ...right, raw: 3 }, cut, undefined],
] as const) {
  test(`counts: ${name}`, () =>
    is(countFault({ from: 10, to: 20 }, claim, counted, isWhole, places, []), expected))
}

test('counts: a ledger that jumps over what raw no longer has is a loss by retention', () => {
  const jump = countFault({ from: 10, to: 25 }, claim, { ...right, raw: undefined }, cut, places, [])
  is(jump, /expected 15 decided.*5 were decided by nobody\. Retention has deleted them/)
})

test('counts: what is missing behind an open transaction may only be hidden', () => {
  const missing = { ...right, unique: 0 }
  is(
    countFault({ from: 10, to: 20 }, claim, missing, whole, places, ['unique-1']),
    /found 0\. A transaction stands open in unique-1 .*start dedup/,
  )
})

const event = (raw_offset: number, raw_partition = 1): Event => ({
  cluster: 'acme',
  service: 'message',
  id: 'a',
  event_time: null,
  received_at: 0,
  raw_partition,
  raw_offset,
  payload: Buffer.from('{}'),
})

for (const [name, previous, next, expected] of [
  ['the first one', undefined, event(7), undefined],
  ['a later one', 7, event(9), undefined],
  ['a second copy right behind', 7, event(7), /found raw offset 7: the event stands there twice/],
  ['a copy of an earlier one', 7, event(3), /found raw offset 3: it stands there for the second time/],
  ['one of another partition', 7, event(9, 2), /expected an event of raw partition 1; found raw partition 2/],
] satisfies [string, number | undefined, Event, RegExp | undefined][]) {
  test(`unique: ${name}`, () => is(eventFault(1, previous, next), expected))
}

const seen = { topic: 'seen', partition: 1 }

for (const [name, fault, expected] of [
  ['decided meanwhile', beyondFault(event(9), 10, seen, []), undefined],
  ['decided by nobody', beyondFault(event(10), 10, seen, []), /before offset 10, .*no block accounts for/],
  ['its block hidden', beyondFault(event(10), 10, seen, ['seen-1']), /stands open in seen-1/],
  ['a ledger within raw', madeAnewFault(10, places.raw, 10), undefined],
  ['a ledger beyond raw', madeAnewFault(11, places.raw, 10), /of 10 at most.*found 11\. raw was deleted/],
] satisfies [string, Fault | undefined, RegExp | undefined][]) {
  test(`behind the last block: ${name}`, () => is(fault, expected))
}
