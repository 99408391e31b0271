import assert from 'node:assert/strict'
import test from 'node:test'
import { formatTime, parseTime } from './times.ts'

const noon = Date.UTC(2024, 4, 22, 19, 10, 3, 58)

for (const [offset, expected] of [
  [-420, '2024-05-22T12:10:03.058007-0700'],
  [0, '2024-05-22T19:10:03.058007+0000'],
  [330, '2024-05-23T00:40:03.058007+0530'],
] as const) {
  test(`an event time at offset ${offset} is written with microseconds and no colon`, () => {
    assert.equal(formatTime(noon, 7, offset), expected)
  })
}

for (const [text, expected] of [
  ['2024-05-22T12:10:03.058340-0700', noon],
  ['2024-05-22T12:10:03.058340-07:00', noon],
  ['2024-05-22T19:10:03.058Z', noon],
  ['2024-05-22T19:10:03.058000', noon],
  ['2024-05-22T21:10:03.058 0200', noon],
  ['2024-05-22T19:10:03-0000', noon - 58],
  ['2024-05-22T19:10-0000', noon - 3058],
  ['yesterday', undefined],
  ['2024-05-22', undefined],
  ['2024-13-22T19:10-0000', undefined],
  ['', undefined],
] as const) {
  test(`the time "${text}" is read as ${expected}`, () => assert.equal(parseTime(text), expected))
}
