// Everything that dedup rejects: the reason, what a person reads, and what is kept of the record.

import { deepEqual, match } from 'node:assert/strict'
import { test } from 'node:test'
import { type Identity, rawFrameCodec, rejectedCodec } from '@podpipe/schemas/records.ts'
import { type RejectReason, rejectReasons } from '@podpipe/schemas/reject-reasons.ts'
import { topicsOf } from '@podpipe/schemas/topics.ts'
import { blockOf, recordsOf } from './batch.ts'
import { decide, nothingPending } from './decide.ts'
import { createState } from './state.ts'

const noon = Date.UTC(2026, 0, 1, 12)
const topics = topicsOf({ prefix: 'pod', partitions: 4, services: ['message'] })

const raw = (frame: string, identity: Identity = 'event_id', eventTime = noon): Buffer =>
  rawFrameCodec.encode({
    cluster: 'acme',
    service: 'message',
    connection: 'x',
    sequence: 0,
    received_at: noon,
    mode: 'live',
    identity,
    event_time: eventTime,
    frame: Buffer.from(frame),
  })

const key = Buffer.from('k')
const first = raw('{"n":1}')
const torn = first.subarray(0, 20)
const strange = Buffer.from('{"a":1}')
const newer = rejectedCodec.encode({
  topic: '',
  partition: 0,
  offset: 0,
  reason: '',
  error: '',
  bytes: Buffer.alloc(0),
})

const cases = [
  [
    'a frame that is no JSON object',
    key,
    raw('hello', 'unreadable'),
    'not_json',
    /5 bytes is no JSON object/,
    'hello',
  ],
  ['an empty frame', key, raw('', 'unreadable'), 'not_json', /empty/, ''],
  ['a record without a value', key, null, 'undecodable', /C3 01/, ''],
  ["a record that is not podpipe's", key, strange, 'undecodable', /C3 01/, strange],
  ['a torn record', key, torn, 'undecodable', /does not follow it/, torn],
  ['a record of an unknown schema', key, newer, 'unknown_schema', /newer version/, newer],
  ['a record without a key', null, first, 'no_id', /has no key, and the key is the event's id/, '{"n":1}'],
  ['a record with an empty key', Buffer.alloc(0), first, 'no_id', /has no key/, '{"n":1}'],
  [
    'a key that is no text',
    Buffer.from('ff41', 'hex'),
    first,
    'no_id',
    /2 bytes that are no text/,
    '{"n":1}',
  ],
  [
    'another time of an event',
    key,
    raw('{"n":2}', 'event_id', noon + 1),
    'variant',
    /12:00:00.000Z, now .*001Z/,
    '{"n":2}',
  ],
] satisfies [string, Buffer | null, Buffer | null, RejectReason, RegExp, string | Buffer][]

for (const [name, id, value, reason, error, bytes] of cases) {
  test(`${name} is rejected as ${reason}, and kept with its place and its bytes`, () => {
    const state = createState({ live: 1_000, archive: 1_000 })
    const pending = nothingPending(state)
    const decided = [
      { offset: 7, key, value: first },
      { offset: 8, key: id, value },
    ].map(each => {
      const record = { topic: 'pod.raw.message', partition: 3, timestamp: noon, ...each }
      return { record, outcome: decide(record, state, pending, rawFrameCodec) }
    })
    const batch = { decided, nextOffset: 9 }
    const records = recordsOf(batch, blockOf(batch, state, pending.clocks), 'message', 3, topics)
    const [kept, ...others] = records.filter(({ topic }) => topic === 'pod.rejected')
    deepEqual([kept?.key, kept?.timestamp, others], ['pod.raw.message/3/8', noon, []])
    const { error: explained, ...rest } = rejectedCodec.decode(kept?.value ?? Buffer.alloc(0))
    match(explained, error)
    deepEqual(rest, { topic: 'pod.raw.message', partition: 3, offset: 8, reason, bytes: Buffer.from(bytes) })
  })
}

test('these are all the reasons there are, but for the one of the outputs', () => {
  const ofDedup = rejectReasons.filter(reason => reason !== 'too_large')
  deepEqual([...new Set(cases.map(([, , , reason]) => reason))].sort(), ofDedup.sort())
})
