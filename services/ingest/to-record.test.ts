import { deepEqual, equal, match, notEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { kindOf, type Service } from '@podpipe/schemas/service.ts'
import { type Origin, toRecord } from './to-record.ts'

const origin = (service: Service = 'message'): Origin => ({
  cluster: 'acme_hosted',
  service,
  connection: 'x',
  sequence: 0,
  receivedAt: 5,
  mode: 'live',
})

/** The record of a frame of one of the known kinds. */
const recordOf = (bytes: Buffer, service: Service = 'message') =>
  toRecord(bytes, origin(service), kindOf(service))

const digest = /^sha256:[0-9a-f]{32}$/

for (const [name, service, text, identity, key, time] of [
  [
    'a message by its guid',
    'message',
    '{"guid":"g1","id":"no","ts":"2024-05-22T12:10:03.058340-0700"}',
    'event_id',
    'g1',
    1716405003058,
  ],
  ['a maillog by its id', 'maillog', '{"guid":"no","id":"a/b+c"}', 'event_id', 'a/b+c', null],
  ['an audit event by its guid', 'audit', '{"guid":"7061cc5e-72f4"}', 'event_id', '7061cc5e-72f4', null],
  ['an object with a line end behind it', 'maillog', '{"id":"1"}\n', 'event_id', '1', null],
  ['an object whose guid stands deep inside', 'message', '{"msg":{"guid":"inner"}}', 'digest', digest, null],
  ['an object without an id', 'message', '{"a":1}', 'digest', digest, null],
  ['an empty id', 'message', '{"guid":""}', 'digest', digest, null],
  ['a number as id', 'message', '{"guid":17}', 'digest', digest, null],
  ['null as id', 'message', '{"guid":null}', 'digest', digest, null],
  ['an object as id', 'message', '{"guid":{"a":1}}', 'digest', digest, null],
  ['an id of four zero bytes', 'message', '{"guid":"\\u0000\\u0000\\u0000\\u0000"}', 'digest', digest, null],
  ['a lone surrogate as id', 'message', '{"guid":"\\ud83d"}', 'digest', digest, null],
  ['an id that is too long', 'message', `{"guid":"${'x'.repeat(257)}"}`, 'digest', digest, null],
  ['an id behind __proto__', 'message', '{"__proto__":{"guid":"p"}}', 'digest', digest, null],
  ['a torn object', 'message', '{"guid":"g1"', 'unreadable', digest, null],
  ['an array', 'message', '[{"guid":"g1"}]', 'unreadable', digest, null],
  ['a number', 'message', '42', 'unreadable', digest, null],
  ['null', 'message', 'null', 'unreadable', digest, null],
  ['plain text', 'message', 'hello', 'unreadable', digest, null],
  ['nothing', 'message', '', 'unreadable', digest, null],
] as const) {
  test(`a frame is known: ${name} (${identity})`, () => {
    const bytes = Buffer.from(text)
    const record = recordOf(bytes, service)
    equal(record.frame.identity, identity)
    if (typeof key === 'string') equal(record.key, key)
    else match(record.key, key)
    equal(record.frame.event_time, time)
    equal(record.frame.frame, bytes)
  })
}

test('bytes that are not UTF-8 are kept as they came', () => {
  const bytes = Buffer.from([0x7b, 0xff, 0x7d])
  const record = recordOf(bytes)
  deepEqual([record.frame.identity, record.frame.frame], ['unreadable', bytes])
})

test('ids that differ only in bytes that are not UTF-8 are two ids', () => {
  const record = (byte: number) =>
    recordOf(Buffer.concat([Buffer.from('{"guid":"a'), Buffer.from([byte]), Buffer.from('"}')]))
  equal(record(0xfe).frame.identity, 'digest')
  notEqual(record(0xfe).key, record(0xff).key)
})

test('two different objects without an id are two events, two equal ones are one', () => {
  const key = (text: string) => recordOf(Buffer.from(text)).key
  notEqual(key('{"a":1}'), key('{"a":2}'))
  equal(key('{"a":1}'), key('{"a":1}'))
})

test('a deeply nested frame does not bring the process down', () => {
  equal(recordOf(Buffer.from('['.repeat(100_000))).frame.identity, 'unreadable')
})

test('a further kind has its id and its time where the configuration says', () => {
  const bytes = Buffer.from(
    '{"guid":"g","qid":"q","ts":"2020-01-01T00:00:00Z","when":"2024-05-22T12:10:03-0700"}',
  )
  const { key, frame } = toRecord(bytes, origin('quarantine'), { idField: 'qid', timeField: 'when' })
  deepEqual([key, frame.event_time, frame.service], ['q', 1716405003000, 'quarantine'])
})
