import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { joined, linesOf, reachOf } from './series.ts'

const sample = (seconds: number, figures = { in: seconds }) => ({ at: seconds * 1_000, figures })
const times = (...seconds: number[]) => seconds.map(each => sample(each))

for (const [name, before, next, expected] of [
  ['the first', [], 10, [10]],
  ['one that is due', [10, 20], 30, [10, 20, 30]],
  ['one that comes too soon', [10, 20], 29, [10, 20]],
  ['one with which the oldest leave', [10, 20, 60], 75, [20, 60, 75]],
] as const) {
  test(`${name} joins: ${expected}`, () =>
    deepEqual(joined(times(...before), sample(next), 10_000, 60_000), times(...expected)))
}

test('a figure that a sample lacks is a gap, and so is a time without samples', () => {
  const samples = [...times(10, 20), { at: 30_000, figures: {} }, ...times(40, 100, 110)]
  deepEqual(linesOf(samples, ['in', 'x']), {
    times: [10, 20, 30, 40, 70, 100, 110],
    values: [
      [10, 20, null, 40, null, 100, 110],
      [null, null, null, null, null, null, null],
    ],
  })
})

test('of a day, where every twelfth sample comes, there are no gaps between them', () => {
  deepEqual(linesOf(times(0, 120, 240, 360), ['in']).times, [0, 120, 240, 360])
})

for (const [minutes, most, expected] of [
  [0, 3_600, 300],
  [4, 3_600, 300],
  [6, 3_600, 600],
  [59, 3_600, 3_600],
  [61, 3_600, 3_600],
  [61, 86_400, 10_800],
  [1_000, 86_400, 86_400],
] as const) {
  test(`a chart of ${minutes} minutes of samples reaches back ${expected} s of ${most}`, () =>
    equal(reachOf(times(0, minutes * 60), most), expected))
}
