// What the figures of the forwarder are made of, and what is a fault.

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { figure } from '../figure.ts'
import { faultsOf, figuresOf, partOf } from './figures.ts'
import type { Round } from './round.ts'

const round = (changes: Partial<Round> = {}): Round => ({
  rate: 60_000,
  cpu: 12,
  early: 100e6,
  late: 105e6,
  peak: 120e6,
  lost: 0,
  doubled: 0,
  drops: 0,
  foreign: 0,
  isChanged: false,
  ...changes,
})

test('a side is told by the median of its rounds, beside the peers that ran', () => {
  const figures = figuresOf({
    events: 1_000,
    eventBytes: 3_700,
    undisturbed: new Map([
      ['forwarder', [round({ rate: 50_000 }), round({ rate: 70_000 }), round()]],
      ['naive', [round({ rate: 40_000 })]],
    ]),
    dropped: new Map([['forwarder', [round({ rate: 45_000, doubled: 30 })]]]),
    delays: [],
  }).map(figure)
  const told = (what: string) => {
    const { ours, peer, ratio, met } = figures.find(each => each.what.startsWith(what)) ?? {}
    return [ours, peer, ratio, met]
  }
  deepEqual(told('forwarder beside naive'), [60_000, 40_000, 1.5, true])
  deepEqual(told('forwarder beside rsyslog'), [60_000, null, null, null])
  deepEqual(told('with drops: rate'), [45_000, 60_000, 0.75, true])
  deepEqual(told('with drops: arrived twice'), [3, null, null, true])
  deepEqual(told('memory of the forwarder, last'), [105, 100, 1.05, true])
})

for (const [side, change, isDropped, faults] of [
  ['forwarder', {}, false, 0],
  ['forwarder', { lost: 1 }, true, 1],
  ['forwarder', { doubled: 1 }, false, 1],
  ['forwarder', { doubled: 1 }, true, 0],
  ['forwarder', { foreign: 1 }, true, 1],
  ['rsyslog', { foreign: 1 }, false, 0],
  ['rsyslog', { lost: 1 }, true, 0],
  ['rsyslog', { lost: 1 }, false, 1],
  ['naive', { isChanged: true }, true, 1],
] as const)
  test(`${side} with ${JSON.stringify(change)}${isDropped ? ' and drops' : ''}: ${faults} faults`, () =>
    equal(faultsOf(side, side, round(change), isDropped).length, faults))

test('a part of sorted values', () => {
  const values = Array.from({ length: 200 }, (_, at) => at)
  deepEqual([partOf(values, 0.5), partOf(values, 0.99), partOf(values, 1)], [100, 198, 199])
})
