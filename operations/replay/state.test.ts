import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { RunNote, StoredReplay } from './memo.ts'
import { Signs } from './state.ts'

const replay = (run: Partial<RunNote>, offset = 5): StoredReplay => ({
  name: 'x',
  plan: { output: 'devo_1', from: 1, to: 2, services: ['message'], ids: [] },
  run: { id: 'r', beat: 1, isOpen: true, begun: 0, doubled: 0, atStake: 0, ...run },
  shares: [{ topic: 't', partition: 0, start: 0, end: 10, offset, confirmed: 5, refused: {} }],
})

for (const [name, run, offset, state] of [
  ['one that was stopped in order is paused', { isOpen: false }, 5, 'paused'],
  ['one that has sent everything is finished', { isOpen: false }, 10, 'finished'],
  ['one that a person has ended is ended, whatever is left', { isOpen: false, isOver: true }, 5, 'ended'],
] as const) {
  test(name, () => equal(new Signs().stateOf(replay(run, offset), 0), state))
}

test('an open one is unsure at first, runs while its notes come, and is paused when none comes any more', () => {
  const signs = new Signs()
  const states = [
    [0, 1],
    [1_000, 1],
    [2_000, 2],
    [5_000, 2],
    [6_001, 2],
    [7_000, 3],
  ].map(([now = 0, beat = 0]) => signs.stateOf(replay({ beat }), now))
  deepEqual(states, ['unsure', 'unsure', 'running', 'running', 'paused', 'running'])
})

test('one whose process died before anybody looked is paused as soon as that is sure', () => {
  const signs = new Signs()
  deepEqual(
    [0, 3_999, 4_001].map(now => signs.stateOf(replay({}), now)),
    ['unsure', 'unsure', 'paused'],
  )
})
