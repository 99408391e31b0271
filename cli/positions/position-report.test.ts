import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { Position } from '@podpipe/schemas/records.ts'
import { agoOf, reportSessions, type Stored, textOf } from './position-report.ts'

const now = Date.parse('2024-05-22T12:00:00Z')
const hour = 3_600_000

const position: Position = {
  received_at: now - 200_000,
  cluster: 'acme',
  service: 'message',
  connection: 'x',
  sequence: 7,
  start_time: '2024-05-22T00:00:00Z',
  reconciled_to: null,
  clean: false,
  todo: [
    { hour: now - 2 * hour, why: 'healing' },
    { hour: now - 5 * hour, why: 'outage' },
    { hour: now - 3 * hour, why: 'healing' },
  ],
  gaps: [{ from: now - 40 * 24 * hour, to: now - 39 * 24 * hour, why: 'older than 30 days' }],
}

const report = (...stored: [string, Stored][]) =>
  reportSessions(['acme/message', 'acme/maillog'], new Map(stored), now)

test('a position is told with what is to be fetched and what is lost', () => {
  deepEqual(report(['acme/message', { position }])[0], {
    session: 'acme/message',
    runs: true,
    position: {
      receivedAt: '2024-05-22T11:56:40.000Z',
      ageMs: 200_000,
      clean: false,
      startTime: '2024-05-22T00:00:00Z',
      todo: { count: 3, oldest: '2024-05-22T07:00:00.000Z', reasons: { healing: 2, outage: 1 } },
      gaps: [{ from: '2024-04-12T12:00:00.000Z', to: '2024-04-13T12:00:00.000Z', why: 'older than 30 days' }],
    },
  })
})

test('every configured session is there, and any other that is stored comes behind', () => {
  const sessions = report(['zeta/audit', { position }], ['beta/audit', { position }]).map(
    ({ session, runs, position: found }) => [session, runs, found !== null],
  )
  deepEqual(sessions, [
    ['acme/message', true, false],
    ['acme/maillog', true, false],
    ['beta/audit', false, true],
    ['zeta/audit', false, true],
  ])
})

test('a person reads one fact a line', () => {
  const plain = { ...position, clean: true, start_time: null, reconciled_to: null, todo: [], gaps: [] }
  const text = textOf(
    report(
      ['acme/message', { position }],
      ['old/audit', { position: plain }],
      ['odd/audit', { unreadable: 'the schema is not known' }],
    ),
  )
  deepEqual(text.split('\n'), [
    'acme/message',
    '  received up to 2024-05-22T11:56:40.000Z, 3 min 20 s ago',
    '  clean          no: a session is open, or its last hour is in doubt',
    '  start_time     2024-05-22T00:00:00Z',
    '  to fetch       3 hours of the archive, the oldest 2024-05-22T07:00:00.000Z (2 healing, 1 outage)',
    '  gap            2024-04-12T12:00:00.000Z to 2024-04-13T12:00:00.000Z: older than 30 days',
    'acme/maillog',
    '  no position: nothing has been received yet',
    'odd/audit (not run by this configuration)',
    '  cannot be read: the schema is not known',
    'old/audit (not run by this configuration)',
    '  received up to 2024-05-22T11:56:40.000Z, 3 min 20 s ago',
    '  clean          yes',
    '  start_time     none',
    '  to fetch       nothing',
    '  gaps           none',
  ])
})

test('a time beyond all dates does not hide the rest', () => {
  const absurd = { ...position, received_at: 9e15 }
  equal(report(['acme/message', { position: absurd }])[0]?.position?.receivedAt, '9000000000000000')
})

for (const [ms, expected] of [
  [0, 'now'],
  [999, 'now'],
  [1_000, '1 s ago'],
  [60_000, '1 min ago'],
  [3_661_000, '1 h 1 min ago'],
  [86_400_000 + 59_000, '1 d ago'],
  [200_000_000, '2 d 7 h ago'],
  [-5_000, '5 s ahead of this clock'],
] as const) {
  test(`${ms} ms are ${expected}`, () => equal(agoOf(ms), expected))
}
