import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import type { TopFigures } from '@podpipe/operations/figures/figures.ts'
import { screenOf } from './screen.ts'
import { afterKey, firstView, keysIn, type View } from './view.ts'

const figures: TopFigures = {
  health: 'degraded',
  sessions: [
    {
      name: 'acme/message',
      in: 1_234,
      inBytes: 4.5e6,
      isOpen: true,
      inFlightBytes: 0,
      archiveHours: 0,
      lastFrameAt: null,
    },
    {
      name: 'acme/audit',
      in: 0.5,
      inBytes: 100,
      isOpen: false,
      inFlightBytes: 2e6,
      archiveHours: 3,
      lastFrameAt: null,
    },
  ],
  dedup: [
    { name: 'message', unique: 1_000, duplicate: 200, rejected: 0, lag: 12_345_678, lagSeconds: 3_700 },
  ],
  outputs: [{ name: 'devo_1', delivered: 990, rejected: 0, lag: 10, lagSeconds: 1, unconfirmed: 10 }],
  processes: [
    { name: 'ingest', address: '127.0.0.1:8101', health: 'healthy', memoryBytes: 110e6, cpuPercent: 12.3 },
    { name: 'dedup', address: '127.0.0.1:8102', health: 'down', memoryBytes: null, cpuPercent: null },
  ],
  troubles: [
    {
      service: 'ingest',
      part: 'acme/audit',
      symptom: 'no live session to Proofpoint',
      impact: 'x',
      cause: 'it answers 401',
      action: 'Renew the key.',
      since: '2026-11-28T12:00:00Z',
    },
  ],
}
const size = { columns: 80, rows: 40, time: '2026-11-28T12:00:00Z' }
const textOf = (view: View, shape = size): string[] =>
  screenOf(figures, view, shape).map(line => line.map(({ text }) => text).join(''))

test('at 80 columns every figure is there, and no line is longer', () => {
  const lines = textOf(firstView)
  equal(lines.length, 40)
  deepEqual(
    lines.filter(line => line.length > 80),
    [],
  )
  for (const expected of [
    /^podpipe top {3}degraded {3}2026-11-28T12:00:00Z/,
    /^in 1,235 {3}unique 1,000 {3}duplicate 200 {3}rejected 0 {3}out 990$/,
    /^acme\/message +1,234 +4\.5 +open +0 +0$/,
    /^acme\/audit +0\.5 +0\.0 +closed +2\.0 MB +3$/,
    /^message +1,000 +200 +0 +12,345,678 +1 h 1 min$/,
    /^devo_1 +990 +0 +10 +10 +1 s$/,
    /^dedup 127\.0\.0\.1:8102 +- +- +down$/,
    /^ {2}it answers 401$/,
    /^q quit {2}s sort by name/,
  ]) {
    equal(
      lines.some(line => expected.test(line)),
      true,
      `${expected}\n${lines.join('\n')}`,
    )
  }
})

test('what does not fit is below, and can be come to', () => {
  const small = { ...size, rows: 10 }
  const lines = textOf(firstView, small)
  equal(lines.length, 10)
  const below = Number(/^(\d+) more below/.exec(lines.at(-1) ?? '')?.[1])
  equal(below > 0, true)
  const end = textOf({ ...firstView, top: 999 }, small)
  match(end.at(-2) ?? '', /Renew the key/)
  equal(/more below/.test(end.at(-1) ?? ''), false)
})

test('a terminal of any size is filled and no more', () => {
  for (const [columns, rows] of [
    [20, 5],
    [1, 1],
    [200, 60],
  ] as const) {
    const lines = textOf(firstView, { ...size, columns, rows })
    equal(lines.length >= rows, true)
    equal(Math.max(...lines.map(line => line.length)) <= columns, true)
  }
})

test('s sorts, / filters, p pauses, and q, Ctrl-C and Ctrl-D quit', () => {
  const press = (...keys: readonly string[]): View | undefined =>
    keys.reduce<View | undefined>(
      (view, key) => (view === undefined ? undefined : afterKey(view, key)),
      firstView,
    )
  const names = (view: View | undefined): string[] =>
    textOf(view ?? firstView).flatMap(line => /^acme\/\w+/.exec(line) ?? [])
  deepEqual(names(firstView), ['acme/audit', 'acme/message'])
  deepEqual(names(press('s')), ['acme/message', 'acme/audit'])
  deepEqual(names(press('s', 's')), ['acme/audit', 'acme/message'])
  equal(press('s', 's', 's')?.order, 'name')

  const typing = press('/', 'm', 'x', '\u007f', 'e')
  match(textOf(typing ?? firstView).at(-1) ?? '', /^filter: me_/)
  deepEqual(names(press('/', 'm', 'e', 's', '\r')), ['acme/message'])
  equal(press('/', 'q')?.filter, 'q')
  deepEqual([press('/', 'm', '\u001b')?.filter, press('/', 'm', '\r', '\u001b')?.filter], ['', ''])

  equal(press('p')?.paused, true)
  match(textOf(press('p') ?? firstView)[0] ?? '', /paused$/)
  deepEqual([press('\u001b[B', 'j', 'k')?.top, press('\u001b[A')?.top], [1, 0])
  for (const key of ['q', '\u0003', '\u0004']) equal(press(key), undefined)
  equal(press('/', '\u0003'), undefined)
})

test('keys are told apart when they come at once', () => {
  deepEqual(keysIn('s\u001b[Bj\u001b[6~\u001b'), ['s', '\u001b[B', 'j', '\u001b[6~', '\u001b'])
})
