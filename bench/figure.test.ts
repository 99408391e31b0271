import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { type Aim, figure, type Measurement } from './figure.ts'

const measured = (ours: number, aim?: Aim, peer?: number): Measurement => ({
  what: 'speed',
  unit: 'events/s',
  ours,
  ...(aim === undefined ? {} : { aim }),
  ...(peer === undefined ? {} : { peer: { name: 'rsyslog', value: peer } }),
})

const atMost20: Aim = { bound: 'at most', value: 20 }
const atLeast3000: Aim = { bound: 'at least', value: 3000 }
const atLeastTwice: Aim = { bound: 'at least', value: 2, of: 'ratio' }

for (const [name, measurement, aim, ratio, met] of [
  ['without an aim there is no verdict', measured(5), null, null, null],
  ['at most: below', measured(19.9, atMost20), '<= 20', null, true],
  ['at most: just there', measured(20, atMost20), '<= 20', null, true],
  ['at most: above by less than is printed', measured(20.0001, atMost20), '<= 20', null, false],
  ['at least: above', measured(3001, atLeast3000), '>= 3000', null, true],
  ['at least: below', measured(2999.9999, atLeast3000), '>= 3000', null, false],
  ['a peer gives a ratio', measured(30, undefined, 20), null, 1.5, null],
  ['an aim of the ratio, met', measured(40, atLeastTwice, 20), '>= 2x', 2, true],
  ['an aim of the ratio, missed', measured(39, atLeastTwice, 20), '>= 2x', 1.95, false],
  ['an aim of the ratio without a peer is not judged', measured(40, atLeastTwice), '>= 2x', null, null],
  ['nor one with a peer that did nothing', measured(40, atLeastTwice, 0), '>= 2x', null, null],
] as const) {
  test(name, () => {
    const found = figure(measurement)
    deepEqual({ aim: found.aim, ratio: found.ratio, met: found.met }, { aim, ratio, met })
  })
}

test('a figure has every field of the common form, null where there is nothing', () => {
  deepEqual(figure({ what: 'memory', unit: 'MB', ours: 1 / 3 }), {
    what: 'memory',
    unit: 'MB',
    ours: 0.333,
    range: null,
    peer: null,
    peer_range: null,
    peer_name: null,
    ratio: null,
    aim: null,
    met: null,
  })
})
