// The tables behind "confirmed": which facts make a clean ending, and which bytes look like an alert.

import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { type Ending, type EndingFacts, endingOf, RecordWatcher } from './closing.ts'

const clean: EndingFacts = {
  secure: true,
  halfClosed: true,
  error: undefined,
  timedOut: false,
  eof: true,
  closeNotify: true,
  lastRecordAnswers: true,
}

for (const [name, changes, ending] of [
  ['close_notify and EOF after our half-close', {}, 'clean'],
  ['EOF without a close_notify', { closeNotify: false, lastRecordAnswers: false }, 'bare_fin'],
  ['EOF behind a record that only looks like an alert', { closeNotify: false }, 'bare_fin'],
  ['EOF after our half-close on plain TCP', { secure: false, closeNotify: false }, 'fin'],
  ['EOF before our half-close on plain TCP', { secure: false, halfClosed: false }, 'error'],
  ['a reset on plain TCP', { secure: false, error: 'ECONNRESET' }, 'reset'],
  ['a close_notify that came before our half-close', { lastRecordAnswers: false }, 'error'],
  ['a close_notify without EOF', { eof: false }, 'error'],
  ['a connection reset', { error: 'ECONNRESET' }, 'reset'],
  ['a write to a connection that was reset', { error: 'EPIPE' }, 'reset'],
  ['a refused connection', { error: 'ECONNREFUSED', eof: false }, 'error'],
  ['an error without a code', { error: '' }, 'error'],
  ['no answer', { timedOut: true, eof: false, closeNotify: false }, 'timeout'],
] satisfies [string, Partial<EndingFacts>, Ending][])
  test(`${name} is ${ending}`, () => equal(endingOf({ ...clean, ...changes }), ending))

const record = (type: number, length: number): number[] => [
  type,
  3,
  3,
  length >> 8,
  length & 0xff,
  ...Array.from({ length }, () => 0xaa),
]
const alert12 = record(21, 26)
const alert13 = record(23, 19)
const data = record(23, 700)
const ticket = record(23, 250)

for (const [name, bytes, protocol, isAlert] of [
  ['nothing', [], 'TLSv1.3', false],
  ['an alert of TLS 1.2', [...data, ...alert12], 'TLSv1.2', true],
  ['an alert of TLS 1.3', [...ticket, ...alert13], 'TLSv1.3', true],
  ['data of an alert size in TLS 1.2', [...data, ...alert13], 'TLSv1.2', false],
  ['data behind an alert', [...alert13, ...data], 'TLSv1.3', false],
  ['a session ticket', [...data, ...ticket], 'TLSv1.3', false],
  ['an alert cut short', alert13.slice(0, -1), 'TLSv1.3', false],
  ['a header cut short behind an alert', [...alert13, 23, 3], 'TLSv1.3', false],
  ['an empty record', record(23, 0), 'TLSv1.3', false],
  ['an alert before the protocol is known', alert13, null, false],
] satisfies [string, number[], string | null, boolean][])
  for (const step of [1, 2, 3, 7, 10_000])
    test(`${name} ${isAlert ? 'ends' : 'does not end'} in an alert, in chunks of ${step}`, () => {
      const watcher = new RecordWatcher()
      for (let at = 0; at < bytes.length; at += step) watcher.push(Buffer.from(bytes.slice(at, at + step)))
      equal(watcher.endsInAlert(protocol), isAlert)
    })

test('records are counted by their headers', () => {
  const watcher = new RecordWatcher()
  watcher.push(Buffer.from([...data, ...record(23, 0), ...alert13.slice(0, 5)]))
  equal(watcher.count, 3)
})
