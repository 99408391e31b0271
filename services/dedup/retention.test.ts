import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { listTopics, topicsOf } from '@podpipe/schemas/topics.ts'
import { retentionFaults } from './retention.ts'

const hour = 3_600_000
const day = 24 * hour
const topics = topicsOf({ prefix: 'pod', partitions: 1, services: ['message'] })

const settings = (raw: number, seen: number, bytes = '-1') =>
  new Map([
    ['pod.raw.message', new Map([['retention.ms', String(raw)]])],
    [
      'pod.seen.message',
      new Map([
        ['retention.ms', String(seen)],
        ['retention.bytes', bytes],
      ]),
    ],
  ])

for (const [name, raw, seen, window, expected] of [
  ['raw and a window, to the millisecond', 7 * day, 7 * day + 3 * hour, 3 * hour, undefined],
  [
    'a millisecond less',
    7 * day,
    7 * day + 3 * hour - 1,
    3 * hour,
    /needed for 171h: .*\(7d\).*\(3h\).* retention.ms to 615600000 or more/,
  ],
  ['a window of 30 days over 8', 7 * day, 8 * day, 30 * day, /ledger for 8d, and it is needed for 37d/],
  ['less than the window itself', 7 * day, hour, 3 * hour, /keeps the ledger for 1h/],
  ['the ledger kept for ever', 7 * day, -1, 30 * day, undefined],
  ['both kept for ever', -1, -1, 30 * day, undefined],
  ['raw kept for ever and the ledger not', -1, 8 * day, hour, /needed for ever.* retention.ms to -1;/],
  ['raw kept shortly', day, day + hour, hour, undefined],
] as const) {
  test(`${name}: ${expected === undefined ? 'good' : 'refused'}`, () => {
    const faults = retentionFaults(topics, settings(raw, seen), window)
    equal(faults.length, expected === undefined ? 0 : 1)
    if (expected !== undefined) match(faults[0] ?? '', expected)
    if (expected !== undefined) match(faults[0] ?? '', /^Topic pod.seen.message .*podpipe topics apply/)
  })
}

test('a bound in bytes is refused', () => {
  const [fault, ...more] = retentionFaults(topics, settings(7 * day, 8 * day, '1073741824'), hour)
  match(fault ?? '', /pod.seen.message is cut at 1073741824 bytes/)
  deepEqual(more, [])
})

test('what the table asks for is good, with any window', () => {
  for (const longestWindow of [10_000, hour, day - hour, day, 30 * day]) {
    const table = topicsOf({ prefix: 'pod', partitions: 1, services: ['message'], longestWindow })
    const made = new Map(
      listTopics(table).map(({ name, settings }) => [name, new Map(Object.entries(settings))]),
    )
    deepEqual(retentionFaults(table, made, longestWindow), [])
  }
})
