import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { eventTimeOf } from './event-time.ts'

for (const [text, expected] of [
  ['2024-05-22T12:10:03.058340-0700', Date.UTC(2024, 4, 22, 19, 10, 3, 58)],
  ['2025-11-20T21:39:14.304430+0000', Date.UTC(2025, 10, 20, 21, 39, 14, 304)],
  ['2023-08-17T14:54:12.949180-07:00', Date.UTC(2023, 7, 17, 21, 54, 12, 949)],
  ['2024-02-29T00:00:00.999999+0530', Date.UTC(2024, 1, 28, 18, 30, 0, 999)],
  ['2024-05-22T12:10:03Z', Date.UTC(2024, 4, 22, 12, 10, 3)],
  ['2100-01-01T00:00:00.0+0000', Date.UTC(2100, 0, 1)],
  ['1969-12-31T23:59:59.999000+0000', -1],
  ['2023-02-31T00:00:00.000000+0000', null],
  ['2024-05-22T24:10:03.058340-0700', null],
  ['2024-05-22 12:10:03', null],
  ['2024-05-22T12:10:03.058340', null],
  ['', null],
  [1716405003058, null],
  [undefined, null],
] as const) {
  test(`${JSON.stringify(text)} is ${expected === null ? 'no event time' : new Date(expected).toISOString()}`, () => {
    equal(eventTimeOf(text), expected)
  })
}
