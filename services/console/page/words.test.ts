import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { bytes, clockTime, count, counted, rate } from './words.ts'

for (const [shown, expected] of [
  [count(1_234_567), '1,234,567'],
  [counted(1, 'event'), '1 event'],
  [counted(0, 'event'), '0 events'],
  [counted(2_000, 'event'), '2,000 events'],
  [rate(null), '–'],
  [rate(0), '0'],
  [rate(0.25), '0.3'],
  [rate(9.94), '9.9'],
  [rate(12.3), '12'],
  [rate(2_345.6), '2,346'],
  [bytes(0), '0 B'],
  [bytes(1023), '1,023 B'],
  [bytes(1536), '1.5 KiB'],
  [bytes(126_054_400), '120.2 MiB'],
] as const) {
  test(`${expected}`, () => equal(shown, expected))
}

test('a time has its zone, and its day when that is not today', () => {
  const now = Date.parse('2026-05-22T12:00:00Z')
  equal(/^\d\d:\d\d:\d\d \S+$/.test(clockTime('2026-05-22T11:59:00Z', now)), true)
  equal(/^19 May.* \d\d:\d\d:\d\d \S+$/.test(clockTime('2026-05-19T12:00:00Z', now)), true)
})
