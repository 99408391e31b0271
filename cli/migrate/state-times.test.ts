// Which time of a state is taken, and when none is.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { PickleValue } from './pickle-names.ts'
import { chooseTime, findTimes } from './state-times.ts'

const now = Date.UTC(2026, 10, 24, 12)
const ten = now - 2 * 3_600_000
const seconds = ten / 1_000
const dict = (entries: Record<string, PickleValue>) =>
  new Map<PickleValue, PickleValue>(Object.entries(entries))

for (const [name, state, expected] of [
  ['a text', { last_event_time: '2026-11-24T10:00:00.000Z' }, ['last_event_time', ten]],
  ['a text with an offset', { since_time: '2026-11-24T12:00:00.5+0200' }, ['since_time', ten + 500]],
  ['a text with a space', { last_event_time: '2026-11-24 10:00:00' }, ['last_event_time', ten]],
  ['seconds', { last_ts: seconds }, ['last_ts', ten]],
  ['milliseconds', { last_ts: ten }, ['last_ts', ten]],
  ['microseconds', { last_ts: ten * 1_000 }, ['last_ts', ten]],
  ['a text of seconds', { last_ts: String(seconds) }, ['last_ts', ten]],
  ['a datetime', { last_event_time: { kind: 'time', time: ten, isExact: true } }, ['last_event_time', ten]],
  ['one further in', { state: dict({ last_event: dict({ ts: seconds }) }) }, ['state.last_event.ts', ten]],
  ['the latest of two', { since_time: ten - 5_000, last_event_time: ten }, ['last_event_time', ten]],
  ['one in the past, not in the future', { last_a: now + 1, last_b: ten }, ['last_b', ten]],
  ['not the start_time', { start_time: now - 1, last_event_time: ten }, ['last_event_time', ten]],
  ['not the last error', { last_error_time: now - 1, last_event_time: ten }, ['last_event_time', ten]],
  ['nothing', {}, 'nothing that can be a time'],
  ['a count', { last_count: 12, last_id: 'abc' }, 'nothing that can be a time'],
  ['a start_time alone', { start_time: '2026-11-24T10:00:00Z' }, 'none of its times'],
  ['only the future', { last_event_time: now + 1 }, 'none of its times'],
  ['two far apart', { last_event_time: ten, last_poll: ten - 4_000_000 }, 'more than an hour apart'],
  ['one that is too old', { last_event_time: now - 31 * 86_400_000 }, 'more than 30 days back'],
] satisfies [string, Record<string, PickleValue>, [string, number] | string][]) {
  test(`of a state with ${name}`, () => {
    const choice = chooseTime(findTimes(dict(state)), now)
    if (typeof expected === 'string')
      ok('doubt' in choice && choice.doubt.includes(expected), JSON.stringify(choice))
    else deepEqual('chosen' in choice && [choice.chosen.path, choice.chosen.time], expected)
  })
}

test('a time without an offset is taken for UTC, and said to be', () => {
  const [found] = findTimes(dict({ last_event_time: '2026-11-24T10:00:00' }))
  deepEqual([found?.time, found?.isExact], [ten, false])
})

test('a list that holds itself, and one that holds itself many times over, come to an end', () => {
  const itself: PickleValue[] = []
  itself.push(itself)
  let laughs: PickleValue[] = []
  for (let depth = 0; depth < 60; depth++) laughs = [laughs, laughs]
  deepEqual([findTimes(itself), findTimes(laughs)], [[], []])
  equal(findTimes(Array.from({ length: 1_000_000 }, () => '2026-11-24T10:00:00Z')).length, 200)
})
