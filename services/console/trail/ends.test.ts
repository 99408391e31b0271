// The end of a run is noted behind its beginning, with who began it and who stopped it.

import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { ReplayAccount } from '@podpipe/operations/replay/account.ts'
import { createLog } from '@podpipe/runtime/log.ts'
import type { HistoryEntry } from '@podpipe/schemas/records.ts'
import type { FastifyRequest } from 'fastify'
import { createActions } from '../access/actions.ts'
import { createEnds } from './ends.ts'

const by = (name: string) => ({ person: { name }, ip: '192.0.2.7' }) as unknown as FastifyRequest
const account = (finished: boolean) =>
  ({ finished, sent: 9, confirmed: 8, refused: { too_large: 1 } }) as unknown as ReplayAccount
const redriven = { account: { redriven: 5, found: 7 } }

function world() {
  const kept: HistoryEntry[] = []
  const actions = createActions(entry => kept.push(entry), createLog('test', 'silent'))
  const ends = createEnds(actions, entry => kept.push(entry))
  const told = (): string[] =>
    kept
      .filter(({ kind }) => kind === 'action')
      .map(({ what, who, subject, words: { result, run: _, from: __, ...words } }) =>
        [what, who, subject, result, ...Object.entries(words).map(each => each.join(' '))].join(', '),
      )
  return { kept, actions, ends, told }
}

for (const [name, end, stopper, expected] of [
  [
    'all is sent',
    { account: account(true), failure: undefined },
    undefined,
    'done, sent 9, confirmed 8, refused 1',
  ],
  [
    'somebody paused it',
    { account: account(false), failure: undefined },
    'ben',
    'stopped, sent 9, confirmed 8, refused 1, stopped_by ben',
  ],
  [
    'the console ended in order',
    { account: account(false), failure: undefined },
    undefined,
    'stopped, sent 9, confirmed 8, refused 1, stopped_by the console, which ended',
  ],
  [
    'the output broke it off',
    { account: account(false), failure: 'refused' },
    undefined,
    'failed, sent 9, confirmed 8, refused 1, why refused',
  ],
  ['it never got so far', { account: undefined, failure: 'no route' }, undefined, 'failed, why no route'],
] as const) {
  test(`a replay is over: ${name}`, async () => {
    const { ends, told } = world()
    ends.stopping('replay', 'r1', 'somebody, of an earlier run')
    const { onEnd, begun, run } = ends.replay(by('anna'))
    begun('r1')
    deepEqual(ends.isHere(run), true)
    if (stopper !== undefined) ends.stopping('replay', 'r1', stopper)
    onEnd(end)
    await turn()
    deepEqual(told(), [`replay.over, anna, r1, ${expected}`])
    // Nobody may take it for abandoned while its end is on the way.
    deepEqual(ends.isHere(run), true)
  })
}

test('one that ended before its beginning was noted is noted behind it', async () => {
  const { ends, actions, told } = world()
  const request = by('anna')
  const { onEnd, begun, run } = ends.replay(request)
  onEnd({ account: account(true), failure: undefined })
  await turn()
  actions.note(request, {
    what: 'replay.started',
    subject: 'devo',
    result: 'done',
    words: { run, name: 'r1' },
  })
  begun('r1')
  await turn()
  deepEqual(
    told().map(each => each.split(',')[0]),
    ['replay.started', 'replay.over'],
  )
})

for (const [name, state, failure, stopper, expected] of [
  ['done', 'done', null, undefined, 'done, sent 5, left_out 2'],
  ['stopped', 'stopped', null, 'ben', 'stopped, sent 5, left_out 2, stopped_by ben'],
  ['failed', 'failed', 'Kafka is away', undefined, 'failed, sent 5, left_out 2, why Kafka is away'],
] as const) {
  test(`a redrive is over: ${name}; while it ran it said so`, async () => {
    const { ends, kept, told } = world()
    const { onEnd, begun, run } = ends.redrive(by('anna'), () => 3)
    begun('rejects 1, 2')
    deepEqual(
      kept.map(({ kind, subject, numbers, words }) => ({ kind, subject, numbers, words })),
      [{ kind: 'sample', subject: 'redrive', numbers: { sent: 3 }, words: { run } }],
    )
    if (stopper !== undefined) ends.stopping('redrive', '', stopper)
    onEnd({ state, failure, begun: '', ended: '', ...redriven } as never)
    await turn()
    deepEqual(told(), [`redrive.over, anna, rejects 1, 2, ${expected}`])
  })
}
