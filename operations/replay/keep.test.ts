import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Window } from '@podpipe/forwarder/replay/window.ts'
import type { StandaloneOffset } from '@podpipe/runtime/kafka/group/standalone-offsets.ts'
import { createToldLog } from '../told-log.ts'
import { keepProgress, TakenOverError } from './keep.ts'
import { decodeReplay, type StoredReplay } from './memo.ts'

/** A Kafka in memory, and a replay of one partition that notes its progress there. */
function setUp(limit = 1_000) {
  const share = { topic: 't', partition: 0, start: 0, end: 100, offset: 40, confirmed: 40, refused: {} }
  const replay: StoredReplay = {
    name: 'x',
    plan: { output: 'devo_1', from: 1, to: 2, services: ['message'], ids: [] },
    run: { id: 'mine', beat: 7, isOpen: true, begun: 4, doubled: 5, atStake: 6 },
    shares: [share],
  }
  let offsets: readonly StandaloneOffset[] = []
  let isAway = false
  const said: string[] = []
  const window = new Window(limit)
  const stored = () => decodeReplay('x', offsets)
  return {
    share,
    window,
    said,
    stored,
    put: (to: readonly StandaloneOffset[]) => {
      offsets = to
    },
    away: (is: boolean) => {
      isAway = is
    },
    start: () =>
      keepProgress({
        keeper: {
          async write(to) {
            if (isAway) throw Object.assign(new Error('no broker'), { retriable: true })
            offsets = to
          },
          close: async () => undefined,
        },
        replay: () => replay,
        stored: async () => stored(),
        resent: () => 3,
        window,
        log: createToldLog(sentence => said.push(sentence)),
      }),
  }
}

const never = new AbortController().signal

test('the first note is made at once, further ones follow, and the last one says that it ended in order', async () => {
  const { start, stored, share } = setUp()
  const keeping = await start()
  deepEqual([stored()?.run.beat, stored()?.run.isOpen, stored()?.shares[0]?.offset], [8, true, 40])
  share.offset = 60
  while (stored()?.shares[0]?.offset !== 60) await sleep(10)
  await keeping.end(11, never)
  const { beat = 0, isOpen, doubled } = stored()?.run ?? {}
  ok(beat > 8)
  deepEqual([isOpen, doubled], [false, 5 + 3 + 11])
})

test('who waits for room is let on by a note, and only what was confirmed counts', async () => {
  const { start, window, share } = setUp(10)
  const keeping = await start()
  equal(await window.take(10), true)
  share.confirmed += 4
  equal(await window.take(4), true)
  equal(window.sent, 14)
  await keeping.end(0, never)
})

test('a process that was replaced finds out, and notes nothing over the other one', async () => {
  const { start, stored, put } = setUp()
  const keeping = await start()
  const theirs = JSON.stringify({ podpipe_replay: 1, run: { id: 'theirs', beat: 9 }, confirmed: 1, end: 2 })
  put([{ topic: 't', partition: 0, offset: 1, metadata: theirs }])
  await rejects(keeping.failed, TakenOverError)
  await rejects(keeping.end(0, never), /Another process has taken up replay x/)
  equal(stored()?.run.id, 'theirs')
})

test('a replay that was forgotten meanwhile is not brought back', async () => {
  const { start, stored, put } = setUp()
  const keeping = await start()
  put([])
  await rejects(keeping.failed, /was forgotten while it ran/)
  equal(stored(), undefined)
})

test('a Kafka that is away is said once and waited for, but not when somebody wants to go', async () => {
  const { start, said, away, stored, share } = setUp()
  const keeping = await start()
  away(true)
  share.offset = 70
  while (said.length === 0) await sleep(10)
  await sleep(1_200)
  deepEqual(said, ['the progress cannot be noted in Kafka; tried until it can: no broker'])
  await rejects(keeping.end(0, AbortSignal.timeout(100)), /Kafka does not answer/)
  away(false)
  equal(stored()?.shares[0]?.offset, 40)
})
