import { equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { clampWarning, futureFault, parseStartTime } from './start-time.ts'

for (const [text, expected] of [
  ['2024-05-22T12:10:03Z', '2024-05-22T12:10:03.000Z'],
  ['2024-05-22t12:10:03Z', undefined],
  ['2024-05-22T12:10:03z', '2024-05-22T12:10:03.000Z'],
  ['2024-05-22T12:10:03.058340-0700', '2024-05-22T19:10:03.058Z'],
  ['2024-05-22T12:10:03.5-07:30', '2024-05-22T19:40:03.500Z'],
  ['2024-05-22T12:10:03.999999999Z', '2024-05-22T12:10:03.999Z'],
  ['2024-05-22T12:10:03+00:00', '2024-05-22T12:10:03.000Z'],
  ['2024-05-22T00:10:03+0200', '2024-05-21T22:10:03.000Z'],
  ['2024-05-22T12:10:03', '2024-05-22T12:10:03.000Z'],
  ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ['0099-01-01T00:00:00Z', '0099-01-01T00:00:00.000Z'],
  ['2023-02-29T00:00:00Z', undefined],
  ['2024-13-01T00:00:00Z', undefined],
  ['2024-00-01T00:00:00Z', undefined],
  ['2024-01-00T00:00:00Z', undefined],
  ['2024-01-01T24:00:00Z', undefined],
  ['2024-01-01T23:60:00Z', undefined],
  ['2024-01-01T23:59:60Z', undefined],
  ['2024-01-01T00:00Z', undefined],
  ['2024-01-01', undefined],
  ['2024-01-01 00:00:00', undefined],
  ['2024-01-01T00:00:00+15:00', undefined],
  ['2024-01-01T00:00:00 -0700', undefined],
  ['yesterday', undefined],
  ['', undefined],
] as const) {
  test(`start_time "${text}" is ${expected ?? 'refused'}`, () => {
    const startAt = parseStartTime(text)
    equal(startAt === undefined ? undefined : new Date(startAt).toISOString(), expected)
  })
}

const now = Date.parse('2024-06-01T00:00:00Z')
const day = 86_400_000

test('a start in the future is refused, one at this moment is not', () => {
  equal(futureFault(now, now), undefined)
  match(futureFault(now + 1, now) ?? '', /future \(it is 2024-06-01T00:00:00.000Z now\)/)
})

test('a start that the archive does not reach is clamped, with a warning', () => {
  equal(clampWarning(now, now), undefined)
  equal(clampWarning(now - 30 * day, now), undefined)
  match(clampWarning(now - 30 * day - 1, now) ?? '', /clamped: .* 30 days/)
})
