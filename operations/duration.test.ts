import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { durationOf } from './duration.ts'

for (const [ms, text] of [
  [0, '0 s'],
  [59_400, '59 s'],
  [90_000, '1 min 30 s'],
  [3_600_000, '1 h 0 min'],
  [49 * 3_600_000, '2 d 1 h'],
  [-5, '0 s'],
] as const) {
  test(`${ms} ms are ${text}`, () => equal(durationOf(ms), text))
}
