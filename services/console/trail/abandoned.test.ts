// Runs whose console is gone: their end is noted once, and that of a run that goes on is not.

import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { ReplayShown } from '@podpipe/operations/replay/replays.ts'
import { createLog } from '@podpipe/runtime/log.ts'
import type { Context } from '@podpipe/runtime/service.ts'
import type { HistoryEntry } from '@podpipe/schemas/records.ts'
import { noteAbandoned } from './abandoned.ts'
import type { Ends } from './ends.ts'

const begun = (run: string, name: string): HistoryEntry => ({
  ...{ at: 5, kind: 'action', subject: 'devo', what: 'replay.started', who: 'anna', numbers: {} },
  words: { result: 'done', run, name },
})

test('of runs without an end those are noted that run nowhere', async () => {
  const entries = [begun('a', 'paused'), begun('b', 'running'), begun('c', 'here')]
  const list = async () =>
    [
      { name: 'paused', state: 'paused', confirmed: 4 },
      { name: 'running', state: 'running', confirmed: 1 },
      { name: 'here', state: 'paused', confirmed: 1 },
    ] as ReplayShown[]
  const noted: string[] = []
  const ends = {
    isHere: (run: string) => run === 'c',
    note: ({ run, who }, { result, words }) => void noted.push(`${run} ${who} ${result} ${words.confirmed}`),
  } as Pick<Ends, 'isHere' | 'note'> as Ends
  const stopping = new AbortController()
  // The first look fails, the second one suspects, the third one notes, and two more must note nothing.
  const looks = Promise.withResolvers<void>()
  let count = 0
  const trail = {
    async latest() {
      count += 1
      if (count === 1) throw new Error('Kafka is away')
      if (count === 6) looks.resolve()
      return entries
    },
  }
  const context = { log: createLog('test', 'silent') } as Context
  const looking = noteAbandoned({ context, trail, list, ends, signal: stopping.signal, lookEveryMs: 1 })
  await looks.promise
  stopping.abort()
  await looking
  deepEqual(noted, ['a anna stopped 4'])
})
