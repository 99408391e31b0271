import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { isStartTime } from './start-time.ts'

for (const [text, expected] of [
  ['2024-05-22T12:10:03Z', true],
  ['2024-05-22T12:10:03.058340-0700', true],
  ['2024-05-22T12:10:03+00:00', true],
  ['2024-05-22T12:10:03', true],
  ['2024-02-29T00:00:00Z', true],
  ['2023-02-29T00:00:00Z', false],
  ['2024-13-01T00:00:00Z', false],
  ['2024-00-01T00:00:00Z', false],
  ['2024-01-00T00:00:00Z', false],
  ['2024-01-01T24:00:00Z', false],
  ['2024-01-01T23:60:00Z', false],
  ['2024-01-01T23:59:60Z', false],
  ['2024-01-01T00:00Z', false],
  ['2024-01-01', false],
  ['2024-01-01 00:00:00', false],
  ['2024-01-01T00:00:00+15:00', false],
  ['2024-01-01T00:00:00 -0700', false],
  ['yesterday', false],
  ['', false],
] as const) {
  test(`start_time "${text}" is ${expected ? 'good' : 'refused'}`, () => equal(isStartTime(text), expected))
}
