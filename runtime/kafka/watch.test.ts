import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { reasonOf } from '../errors.ts'
import { watchKafka } from './watch.ts'

test('that Kafka is away is told with the reason, until it is back, and then no more', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const answers: (() => Promise<unknown>)[] = [
    async () => 1,
    async () => {
      throw new Error('connection refused')
    },
    () => new Promise(() => undefined),
    async () => 1,
    async () => 1,
  ]
  const told: (string | undefined)[] = []
  const stop = new AbortController()
  const watched = watchKafka(
    () => {
      const next = answers.shift()
      if (next !== undefined) return next()
      stop.abort()
      return Promise.resolve()
    },
    error => told.push(error === undefined ? undefined : reasonOf(error)),
    stop.signal,
  )
  for (let step = 0; step < 60 && !stop.signal.aborted; step++) {
    await new Promise(resolve => setImmediate(resolve))
    t.mock.timers.tick(1_000)
  }
  await watched
  deepEqual(told, ['connection refused', 'no answer within 5 s', undefined])
})
