// A day of a stream as spans: the table is the rule.

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { HistoryEntry } from '@podpipe/schemas/records.ts'
import { spansOf } from './timeline.ts'

const from = Date.parse('2024-05-22T00:00:00Z')
const hour = 3_600_000
const to = from + 24 * hour

type Step = readonly [hours: number, what: string, more?: Partial<Pick<HistoryEntry, 'numbers' | 'words'>>]

const notes = (steps: readonly Step[]): HistoryEntry[] =>
  steps.map(([hours, what, more]) => ({
    at: from + hours * hour,
    kind: 'session',
    subject: 'acme/message',
    what,
    who: 'host:1',
    numbers: {},
    words: {},
    ...more,
  }))

for (const [name, steps, now, expected] of [
  ['nothing noted, and live', [], 'live', ['live 0-24']],
  ['nothing noted, and nobody runs it', [], undefined, ['unknown 0-24']],
  [
    'a drop of an hour',
    [
      [10, 'dropped'],
      [11, 'connected', { numbers: { attempts: 3 } }],
    ],
    'live',
    ['live 0-10', 'away 10-11', 'live 11-24'],
  ],
  [
    'a beginning',
    [
      [6, 'taken'],
      [6.5, 'connected'],
    ],
    'live',
    ['unknown 0-6', 'opening 6-6.5', 'live 6.5-24'],
  ],
  [
    'a conflict',
    [
      [1, 'connected', { numbers: { attempts: 1 } }],
      [2, 'conflict'],
      [3, 'connected'],
    ],
    'live',
    ['away 0-1', 'live 1-2', 'conflict 2-3', 'live 3-24'],
  ],
  [
    'the archive in turns with live',
    [
      [4, 'archive_begun', { words: { live: 'closed' } }],
      [5, 'archive_done'],
      [5, 'connected'],
    ],
    'live',
    ['unknown 0-4', 'archive 4-5', 'live 5-24'],
  ],
  [
    'the archive beside live',
    [
      [2, 'connected'],
      [4, 'archive_begun', { words: { live: 'open' } }],
      [5, 'archive_done'],
    ],
    'live',
    ['unknown 0-2', 'live 2-24'],
  ],
  [
    'a move to another process',
    [
      [8, 'released'],
      [9, 'taken'],
      [9, 'connected'],
    ],
    'live',
    ['live 0-8', 'stopped 8-9', 'opening 9-9.05', 'live 9.05-24'],
  ],
  [
    'what lasts for seconds is seen all the same',
    [
      [12, 'dropped'],
      [12.001, 'connected'],
    ],
    'live',
    ['live 0-12', 'away 12-12.05', 'live 12.05-24'],
  ],
] as const satisfies readonly (readonly [string, readonly Step[], 'live' | undefined, readonly string[]])[]) {
  test(name, () => {
    const hours = (time: number): number => Math.round(((time - from) / hour) * 100) / 100
    const spans = spansOf(notes(steps), from, to, now)
    deepEqual(
      spans.map(span => `${span.state} ${hours(span.from)}-${hours(span.to)}`),
      expected,
    )
  })
}

test('a stream that flaps all day has no more spans than can be seen', () => {
  const flapping = Array.from(
    { length: 20_000 },
    (_, at): Step => [(at * 24) / 20_000, at % 2 ? 'dropped' : 'connected'],
  )
  const spans = spansOf(notes(flapping), from, to, 'live')
  equal(spans.length <= 480, true)
  equal(spans.at(-1)?.to, to)
})
