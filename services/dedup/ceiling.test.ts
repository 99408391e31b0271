import { deepEqual, equal, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { createLog } from '@podpipe/runtime/log.ts'
import { createReadiness } from '@podpipe/runtime/readiness.ts'
import { createCeiling } from './ceiling.ts'
import { recovering } from './troubles.ts'

const mebibyte = 2 ** 20
const one = { topic: 'raw', partition: 1 }
const two = { topic: 'raw', partition: 2 }

function start() {
  const readiness = createReadiness('x', recovering(0))
  readiness.set('x', undefined)
  return { ceiling: createCeiling(() => 10 * mebibyte, createLog('test', 'silent'), readiness), readiness }
}

test('below the bound there is room at once', async () => {
  const { ceiling, readiness } = start()
  ceiling.note(one, 6 * mebibyte)
  ceiling.note(two, 4 * mebibyte)
  await ceiling.room(new AbortController().signal)
  deepEqual(readiness.troubles(), [])
})

test('above it whoever asks waits, and readiness says why, until a partition is gone', async () => {
  const { ceiling, readiness } = start()
  ceiling.note(one, 6 * mebibyte)
  ceiling.note(two, 4 * mebibyte + 1)
  let passed = 0
  const waits = [1, 2].map(async () => {
    await ceiling.room(new AbortController().signal)
    passed++
  })
  await new Promise(resolve => setTimeout(resolve, 20))
  equal(passed, 0)
  deepEqual(
    readiness.troubles().map(({ part, cause }) => `${part}: ${cause}`),
    ['memory: the remembered ids take 11 MiB, and dedup.max_memory allows 10 MiB'],
  )
  ceiling.note(two, 0)
  await Promise.all(waits)
  deepEqual(readiness.troubles(), [])
})

test('a partition whose table is nearly full makes dedup wait, however much memory is allowed', async () => {
  const readiness = createReadiness('x', recovering(0))
  readiness.set('x', undefined)
  const ceiling = createCeiling(() => 64 * 1024 * mebibyte, createLog('test', 'silent'), readiness)
  ceiling.note(one, 3_840 * mebibyte)
  ceiling.note(two, 3_840 * mebibyte)
  await ceiling.room(new AbortController().signal)
  ceiling.note(two, 3_841 * mebibyte)
  const waiting = ceiling.room(new AbortController().signal)
  deepEqual(
    readiness.troubles().map(({ cause }) => cause),
    ['the remembered ids of one partition take 3841 MiB, and a table holds 3840 MiB'],
  )
  ceiling.note(two, 0)
  await waiting
  deepEqual(readiness.troubles(), [])
})

test('a stop ends the waiting', async () => {
  const { ceiling, readiness } = start()
  ceiling.note(one, 11 * mebibyte)
  const stop = new AbortController()
  const waiting = ceiling.room(stop.signal)
  stop.abort()
  await rejects(waiting, { name: 'AbortError' })
  deepEqual(readiness.troubles(), [])
})
