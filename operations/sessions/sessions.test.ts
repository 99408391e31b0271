import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { SessionWord } from '@podpipe/ingest/diary/status.ts'
import type { Answer } from '../status/ask.ts'
import { sessionsIn } from './sessions.ts'

const answer = (replica: string, sessions: Record<string, SessionWord>): Answer => ({
  name: 'ingest',
  address: 'x:1',
  status: {
    ...{ service: 'ingest', version: '0', pid: 1, ready: true, troubles: [] },
    parts: {
      sessions: {
        replica,
        sessions: Object.entries(sessions).map(([name, state]) => ({
          ...{ name, input: 'i', cluster: 'c', service: 's', state },
        })),
      },
    },
  },
})

for (const [name, answers, expected] of [
  ['one replica', [answer('a', { x: 'live' })], ['x live a']],
  [
    'the one that runs it, whichever is asked first',
    [answer('a', { x: 'standby' }), answer('b', { x: 'backing_off' })],
    ['x backing_off b'],
  ],
  [
    'one that nobody runs',
    [answer('a', { x: 'standby' }), answer('b', { x: 'standby' })],
    ['x unassigned undefined'],
  ],
  [
    'while it moves, the one that has it',
    [answer('a', { x: 'opening' }), answer('b', { x: 'live' })],
    ['x live b'],
  ],
  ['by name', [answer('a', { z: 'live', y: 'live' })], ['y live a', 'z live a']],
  [
    'a replica that does not answer',
    [{ name: 'ingest', address: 'y:1', failure: 'gone' }, answer('a', { x: 'live' })],
    ['x live a'],
  ],
] as const) {
  test(name, () =>
    deepEqual(
      sessionsIn(answers).map(({ name, state, replica }) => `${name} ${state} ${replica}`),
      expected,
    ),
  )
}
