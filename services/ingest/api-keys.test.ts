import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { Keys } from '@podpipe/runtime/config/keys.ts'
import { createLog } from '@podpipe/runtime/log.ts'
import { createApiKeys, isKeyRefused, pause } from './api-keys.ts'

const first: Keys = { apiKey: 'live-1', backfillApiKey: 'archive-1' }

/** Keys that are read from a list, one entry a time; an Error is thrown. */
function keysOf(start: Keys, ...readings: (Keys | Error)[]) {
  const lines: string[] = []
  const log = createLog('test', 'silent')
  log.warn = (about: unknown, text?: string) => void lines.push(`warn ${JSON.stringify(about)} ${text}`)
  log.info = (about: unknown, text?: string) => void lines.push(`info ${JSON.stringify(about)} ${text}`)
  const read = (): Keys => {
    const next = readings.shift() ?? start
    if (next instanceof Error) throw next
    return next
  }
  return { keys: createApiKeys('input', start, read, log), lines }
}

test('each connection has the key that the configuration has then', () => {
  const renewed = { apiKey: 'live-2', backfillApiKey: 'archive-2' }
  const { keys } = keysOf(first, first, renewed, first, renewed)
  deepEqual(
    [keys.live(), keys.live(), keys.archive(), keys.archive()],
    ['live-1', 'live-2', 'archive-1', 'archive-2'],
  )
})

test('with one key the archive has it too, and the renewed one', () => {
  const { keys } = keysOf(
    { apiKey: 'live-1', backfillApiKey: undefined },
    { apiKey: 'live-2', backfillApiKey: undefined },
  )
  equal(keys.archive(), 'live-2')
})

test('a second key that is gone from the configuration is kept', () => {
  const { keys } = keysOf(first, { apiKey: 'live-2', backfillApiKey: undefined })
  equal(keys.archive(), 'archive-1')
})

test('while the configuration cannot be read the last good key counts, and that is said once', () => {
  const renewed = { apiKey: 'live-2', backfillApiKey: 'archive-1' }
  const fault = new Error('config.yaml:3:1: no')
  const { keys, lines } = keysOf(first, renewed, fault, fault, renewed, fault)
  for (let each = 0; each < 5; each++) equal(keys.live(), 'live-2')
  deepEqual(
    lines.map(line => line.slice(0, 4)),
    ['info', 'warn', 'warn'],
  )
  equal(lines.join().includes('live-'), false)
})

test('only a 401 is about the key', () => {
  const refused = (status: number) => isKeyRefused({ kind: 'refused', status, body: '' })
  deepEqual([refused(401), refused(409), isKeyRefused({ kind: 'stopped' })], [true, false, false])
})

test('a wait for hours ends with a new key', async () => {
  const answers = [false, true]
  await pause(10 * 3_600_000, () => answers.shift() ?? true, new AbortController().signal)
  deepEqual(answers, [])
})

test('a wait for hours ends with a stop', async () => {
  const stop = new AbortController()
  const waiting = pause(10 * 3_600_000, undefined, stop.signal)
  stop.abort()
  await waiting
})
