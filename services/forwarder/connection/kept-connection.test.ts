// How long a connection lives that outlives its stretches, by a clock of the test's own.

import { deepEqual, equal } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Stretch } from '../frames/stretch.ts'
import type { Connection, ConnectionEnd } from './connection.ts'
import { KeptConnection } from './kept-connection.ts'

const minute = 60_000
const hour = 60 * minute

/** A connection that does nothing but note that it was ended, and stretches on it that are confirmed at once. */
function peer() {
  let isEnded = false
  const ended = Promise.withResolvers<ConnectionEnd>()
  const connection = {
    ended: ended.promise,
    takesMore: () => !isEnded,
    halfClose: () => {
      isEnded = true
    },
  } as unknown as Connection
  return {
    connection,
    isEnded: () => isEnded,
    stretch: (writtenAt: number): Stretch =>
      ({ connection, writtenAt, ended: Promise.resolve('acked') }) as unknown as Stretch,
  }
}

function start(t: TestContext, options: { idleMs?: number; random?: () => number } = {}) {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let time = 0
  const kept = new KeptConnection({ random: () => 0, ...options, now: () => time }, () => undefined)
  return {
    kept,
    now: () => time,
    async wait(ms: number) {
      time += ms
      t.mock.timers.tick(ms)
      await Promise.resolve()
      await Promise.resolve()
    },
  }
}

for (const [random, share] of [
  [0, 1],
  [0.5, 0.95],
  [0.999, 0.9001],
] as const)
  test(`a connection in use lives for a minute, then two, then four, up to an hour, each less up to a tenth: ${share}`, async t => {
    const { kept, now, wait } = start(t, { random: () => random })
    const lives: number[] = []
    for (let connection = 0; connection < 9; connection += 1) {
      const { connection: one, stretch, isEnded } = peer()
      kept.keep(stretch(now()))
      let lived = 0
      while (kept.usable()?.connection === one) {
        kept.keep(stretch(now()))
        kept.rest()
        await wait(10_000)
        lived += 10_000
      }
      await wait(0)
      equal(isEnded(), true)
      lives.push(lived)
    }
    const expected = [1, 2, 4, 8, 16, 32, 60, 60, 60].map(minutes => minutes * minute * share)
    for (const [at, life] of lives.entries()) {
      const most = Math.ceil((expected[at] ?? 0) / 10_000) * 10_000
      equal(life, most, `connection ${at + 1}`)
    }
    equal(Math.max(...lives) <= hour, true)
  })

for (const [name, open, idle, ended] of [
  ['is ended 20 s behind its last write', 5_000, 15_000, true],
  ['and not before', 5_000, 14_999, false],
  ['at once behind a stretch that stood open for longer than that with nothing to write', 25_000, 0, true],
] as const)
  test(`a connection that is not used ${name}`, async t => {
    const { kept, wait } = start(t)
    const { stretch, isEnded } = peer()
    kept.keep(stretch(0))
    await wait(open)
    kept.rest()
    await wait(idle)
    equal(isEnded(), ended)
  })

test('a connection that is used again lives on', async t => {
  const { kept, now, wait } = start(t)
  const { connection, stretch, isEnded } = peer()
  for (let use = 0; use < 2; use += 1) {
    await wait(15_000)
    deepEqual(use === 0 || kept.usable()?.connection === connection, true)
    kept.keep(stretch(now()))
    kept.rest()
  }
  await wait(19_000)
  equal(isEnded(), false)
})
