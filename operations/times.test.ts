import { equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import { archiveTimeOption, shownTime, timeOf, timeOption } from './times.ts'

const now = Date.parse('2024-05-22T12:34:56.789Z')

for (const [text, expected] of [
  ['2024-05-22T10:00:00Z', '2024-05-22T10:00:00Z'],
  ['2024-05-22T10:00:00', '2024-05-22T10:00:00Z'],
  ['2024-05-22T03:00:00.250-0700', '2024-05-22T10:00:00.250Z'],
  ['2024-05-22T12:30:00+02:30', '2024-05-22T10:00:00Z'],
  ['2024-05-22', '2024-05-22T00:00:00Z'],
  ['now', '2024-05-22T12:34:56.789Z'],
  ['today', '2024-05-22T00:00:00Z'],
  ['yesterday', '2024-05-21T00:00:00Z'],
  ['-90m', '2024-05-22T11:04:56.789Z'],
  ['-30s', '2024-05-22T12:34:26.789Z'],
  ['-1d12h', '2024-05-21T00:34:56.789Z'],
  ['-1w', '2024-05-15T12:34:56.789Z'],
  ['-0m', '2024-05-22T12:34:56.789Z'],
  ['1716372000000', '2024-05-22T10:00:00Z'],
  ['0', '1970-01-01T00:00:00Z'],
] as const) {
  test(`${text} is ${expected}`, () => equal(shownTime(timeOf(text, now) ?? Number.NaN), expected))
}

for (const text of [
  '',
  'tomorrow',
  'Today',
  '90m',
  '-90',
  '-m',
  '-1y',
  '-999999999w',
  '-90 m',
  '-1.5h',
  '2024-02-30',
  '2024-05-22T25:00:00Z',
  '22.05.2024',
  '1e3',
]) {
  test(`"${text}" is no time`, () => equal(timeOf(text, now), undefined))
}

test('a time that is none, lies ahead or beyond the archive is refused by its flag, with what to do', () => {
  for (const [read, text, expected] of [
    [timeOption, 'soon', /^--to soon: is no date and time\. Write one such as/],
    [
      timeOption,
      '2024-05-22T12:34:57Z',
      /^--to .*in the future \(it is 2024-05-22T12:34:56\.789Z now\)\. Write/,
    ],
    [archiveTimeOption, '-31d', /^--to -31d: lies more than 30 days back.*Write a later time/],
  ] as const) {
    throws(
      () => read('--to', text, now),
      error => error instanceof ConfigurationError && expected.test(error.message),
    )
  }
  equal(archiveTimeOption('--to', '-30d', now), now - 30 * 86_400_000)
})
