import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { median, rangeOf } from './rounds.ts'

for (const [values, middle, range] of [
  [[30, 9, 100], 30, [9, 100]],
  [[1, 2, 3, 4], 3, [1, 4]],
  [[7], 7, undefined],
  [[], Number.NaN, undefined],
] as const) {
  test(`${values.length} rounds have a median and a range`, () =>
    deepEqual([median(values), rangeOf(values)], [middle, range]))
}
