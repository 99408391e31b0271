import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import type { KafkaRecord } from '@podpipe/runtime/kafka/record.ts'
import { topicsOf } from '@podpipe/schemas/topics.ts'
import { isAskedFor, lineOf, type Shown, type Stage, showOf } from './shown.ts'

const topics = topicsOf({ prefix: 'pod', partitions: 1, services: ['message'] })
const payload = Buffer.from('{"guid":"a","subject":"caf\u00e9"}\n')

function shown(stage: Stage, value: Buffer): Shown {
  const { topic, show } = showOf(stage, 'message', topics)
  const record: KafkaRecord = {
    topic,
    partition: 2,
    offset: 7,
    timestamp: Date.parse('2026-05-22T12:00:00Z'),
    key: Buffer.from('a'),
    value,
  }
  return show(record)
}

const unique = shown(
  'unique',
  topics.unique('message').codec.encode({
    cluster: 'c',
    service: 'message',
    id: 'a',
    event_time: Date.parse('2026-05-22T11:59:00Z'),
    received_at: 0,
    raw_partition: 2,
    raw_offset: 9,
    payload,
  }),
)
const rejected = shown(
  'rejected',
  topics.rejected.codec.encode({
    topic: 'pod.raw.message',
    partition: 1,
    offset: 3,
    reason: 'not_json',
    error: 'no JSON object',
    bytes: Buffer.from([0x1b, 0x5b, 0xff]),
  }),
)

test('a unique event is a line with its place, its fields and what Proofpoint sent', () => {
  equal(
    lineOf(unique, 'text'),
    '2026-05-22T12:00:00.000Z pod.unique.message 2/7 cluster=c service=message id=a event_time=2026-05-22T11:59:00.000Z raw=2/9  {"guid":"a","subject":"café"}',
  )
  equal(lineOf(unique, 'payload'), '{"guid":"a","subject":"café"}')
  const { payload: kept, raw, offset } = JSON.parse(lineOf(unique, 'json'))
  deepEqual([kept, raw, offset], [payload.toString(), '2/9', 7])
})

test('a reject says why, and bytes that are no text reach no terminal as they are', () => {
  equal(
    lineOf(rejected, 'text'),
    '2026-05-22T12:00:00.000Z pod.rejected 2/7 reason=not_json error=no JSON object origin=pod.raw.message 1/3  \\x1b[\ufffd',
  )
  equal(JSON.parse(lineOf(rejected, 'json')).payload_base64, 'G1v/')
})

test('a record that cannot be decoded is shown all the same', () => {
  const broken = shown('raw', Buffer.from('no avro'))
  match(String(broken.fields.undecodable), /./)
  equal(broken.bytes?.toString(), 'no avro')
})

for (const [name, asked, expected] of [
  ['everything, when nothing is asked for', undefined, true],
  ['the id', 'id=a', true],
  ['another id', 'id=b', false],
  ['a part of an id', 'id=', false],
  ['a text in the event', 'caf\u00e9', true],
  ['a text that is not there', 'tea', false],
] as const) {
  test(`${name} is asked for: ${expected}`, () => equal(isAskedFor(unique, asked), expected))
}
