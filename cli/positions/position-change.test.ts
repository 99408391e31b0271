import { deepEqual, match } from 'node:assert/strict'
import { test } from 'node:test'
import type { Position } from '@podpipe/schemas/records.ts'
import { positionAt, sentenceOf } from './position-change.ts'

const at = (time: string): number => Date.parse(`2024-05-22T${time}Z`)
const session = { cluster: 'acme', service: 'message' }

const previous: Position = {
  received_at: at('12:30:00'),
  cluster: 'acme',
  service: 'message',
  connection: 'x',
  sequence: 7,
  start_time: '2024-05-20T00:00:00Z',
  reconciled_to: null,
  clean: false,
  todo: [
    { hour: at('03:00:00'), why: 'healing' },
    { hour: at('11:00:00'), why: 'start' },
  ],
  gaps: [{ from: 0, to: 1, why: 'older than 30 days' }],
}

test('a step back puts every hour between on the list, once, and keeps what was on it', () => {
  const moved = positionAt(previous, session, at('10:59:59'), 'other')
  deepEqual(moved, {
    ...previous,
    received_at: at('10:59:59'),
    clean: false,
    todo: [
      { hour: at('03:00:00'), why: 'healing' },
      { hour: at('10:00:00'), why: 'outage' },
      { hour: at('11:00:00'), why: 'start' },
      { hour: at('12:00:00'), why: 'outage' },
    ],
  })
  match(sentenceOf('acme/message', previous, at('10:59:59')), /back from .*12:30.* to .*10:59:59.*once more/)
})

test('a step forward gives up what lies between, and nothing that was on the list', () => {
  deepEqual(positionAt(previous, session, at('13:00:00'), undefined), {
    ...previous,
    received_at: at('13:00:00'),
    clean: true,
  })
  match(sentenceOf('acme/message', previous, at('13:00:00')), /forward .* given up/)
})

test('the same time again ends the doubt', () => {
  deepEqual(positionAt(previous, session, at('12:30:00'), undefined), { ...previous, clean: true })
  match(sentenceOf('acme/message', previous, at('12:30:00')), /stays at/)
})

test('without a position the session begins in doubt, and start_time is taken for dealt with', () => {
  const first = positionAt(undefined, session, at('10:00:00'), '2024-05-01T00:00:00Z')
  deepEqual(
    [first.received_at, first.clean, first.start_time, first.todo],
    [at('10:00:00'), false, '2024-05-01T00:00:00Z', []],
  )
  match(sentenceOf('acme/message', undefined, at('10:00:00')), /no position; it would go on from/)
})

test('a position of an older version learns whose it is', () => {
  const old = { ...previous, cluster: '', service: '' }
  const { cluster, service } = positionAt(old, session, at('13:00:00'), undefined)
  deepEqual({ cluster, service }, session)
})
