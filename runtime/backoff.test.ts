import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { backoff } from './backoff.ts'

const bounds = { first: 1_000, longest: 60_000 }

for (const [failures, random, expected] of [
  [1, 0, 100],
  [1, 1, 1_000],
  [2, 1, 2_000],
  [4, 0.5, 4_400],
  [7, 1, 60_000],
  [1_000_000, 1, 60_000],
  [1_000_000, 0, 6_000],
] as const) {
  test(`after ${failures} failures and with a die of ${random} the wait is ${expected} ms`, () => {
    equal(backoff(failures, bounds, random), expected)
  })
}
