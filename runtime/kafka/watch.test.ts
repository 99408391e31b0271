import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { reasonOf } from '../errors.ts'
import { watchKafka } from './watch.ts'

test('that Kafka is away is told with the reason, until it is back, and then no more', async () => {
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
  await watchKafka(
    () => {
      const next = answers.shift()
      if (next !== undefined) return next()
      stop.abort()
      return Promise.resolve()
    },
    error => told.push(error === undefined ? undefined : reasonOf(error)),
    stop.signal,
    { interval: 1, patience: 100 },
  )
  deepEqual(told, ['connection refused', 'no answer within 0.1 s', undefined])
})
