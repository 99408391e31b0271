// What the trail tells of runs: which have no end yet, and how one ended that nobody was left to tell of.

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { HistoryEntry } from '@podpipe/schemas/records.ts'
import { eachOverOnce, openRuns, overOfRedrive, overOfReplay } from './runs.ts'

const entry = (what: string, run: string | undefined, result = 'done', more = {}): HistoryEntry => ({
  ...{ at: 5, kind: 'action', subject: 'devo_1', what, who: 'anna', numbers: {} },
  words: { result, ...(run !== undefined && { run }), ...more },
})

for (const [name, entries, expected] of [
  ['nothing', [], []],
  ['begun', [entry('replay.started', 'a', 'done', { name: 'r1' })], ['replay a r1 anna']],
  ['begun and over', [entry('replay.started', 'a'), entry('replay.over', 'a')], []],
  [
    'resumed, and the run before is over',
    [entry('replay.started', 'a'), entry('replay.over', 'a'), entry('replay.resumed', 'b')],
    ['replay b devo_1 anna'],
  ],
  ['refused', [entry('redrive.started', 'a', 'refused')], []],
  ['a redrive', [entry('redrive.started', 'a')], ['redrive a devo_1 anna']],
  ['of an earlier version, which gave runs no word', [entry('replay.started', undefined)], []],
  ['something else with such a word', [entry('collector.added', 'a')], []],
] as const satisfies readonly (readonly [string, readonly HistoryEntry[], readonly string[]])[]) {
  test(`runs without an end: ${name}`, () =>
    deepEqual(
      openRuns(entries).map(({ kind, run, name, who }) => `${kind} ${run} ${name} ${who}`),
      expected,
    ))
}

test('an end that two consoles tell of counts once', () => {
  const entries = [
    entry('replay.started', 'a'),
    entry('replay.over', 'a'),
    entry('replay.over', 'a'),
    entry('sign.in', undefined),
  ]
  deepEqual(eachOverOnce(entries), [entries[0], entries[1], entries[3]])
})

for (const [state, isTakenUp, expected] of [
  ['running', false, undefined],
  ['unsure', false, undefined],
  ['pausing', false, undefined],
  ['finished', false, 'done'],
  ['paused', false, 'stopped'],
  ['ended', false, 'stopped'],
  ['running', true, 'failed'],
  [undefined, false, 'failed'],
] as const) {
  test(`a replay that is ${state ?? 'forgotten'}${isTakenUp ? ' by a later run' : ''} is ${expected ?? 'not over'}`, () =>
    equal(overOfReplay(state && { state, confirmed: 7 }, isTakenUp)?.result, expected))
}

for (const [name, beat, now, expected] of [
  ['has just begun', undefined, 30_000, undefined],
  ['beats', { at: 100_000, sent: 3 }, 130_000, undefined],
  ['has not beaten for long', { at: 100_000, sent: 3 }, 146_000, '3 or more'],
  ['has never beaten', undefined, 60_000, ''],
] as const) {
  test(`a redrive that ${name} is ${expected === undefined ? 'not over' : 'over'}`, () => {
    const over = overOfRedrive({ at: 5 }, beat, now)
    equal(over && (over.words.sent ?? ''), expected)
  })
}
