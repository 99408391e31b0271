// The bytes of every schema, written down once. If one of these fails, an encoding has changed and the
// records that lie in people's topics can no longer be read: keep the old schema as an older version instead.

import { deepEqual, equal, throws } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type Codec, UnknownSchemaError, UnreadableRecordError } from './codec.ts'
import {
  collectorCodec,
  eventCodec,
  historyCodec,
  type Position,
  positionCodec,
  type RawFrame,
  rawFrameCodec,
  redrivenCodec,
  rejectedCodec,
  seenBlockCodec,
} from './records.ts'
import { packSeenIds } from './seen-ids.ts'

const golden: Record<string, { fingerprint: string; hex: string }> = JSON.parse(
  readFileSync(new URL('./golden.json', import.meta.url), 'utf8'),
)

const rawFrame: RawFrame = {
  cluster: 'acme_hosted',
  service: 'message',
  connection: '8Fz2',
  sequence: 41,
  received_at: 1_716_405_003_100,
  mode: 'live',
  identity: 'event_id',
  event_time: 1_716_405_003_058,
  frame: Buffer.from('{"guid":"abc"}'),
}

const position: Position = {
  received_at: 1_716_405_003_100,
  cluster: 'acme_hosted',
  service: 'message',
  connection: '8Fz2',
  sequence: 41,
  start_time: null,
  reconciled_to: null,
  clean: false,
  todo: [{ hour: 1_716_400_800_000, why: 'healing' }],
  gaps: [{ from: 1_713_000_000_000, to: 1_713_003_600_000, why: 'older than 30 days' }],
}

const samples: [Codec<unknown>, unknown][] = [
  [rawFrameCodec, rawFrame],
  [
    eventCodec,
    {
      cluster: 'acme_hosted',
      service: 'message',
      id: 'abc',
      event_time: null,
      received_at: 1_716_405_003_100,
      raw_partition: 3,
      raw_offset: 1234,
      payload: Buffer.from('{"guid":"abc"}'),
    },
  ],
  [
    seenBlockCodec,
    {
      next_offset: 1235,
      oldest_block: 17,
      event_clock: 1_716_405_003_058,
      append_clock: 1_716_405_003_200,
      decided: 10,
      unique: 7,
      duplicate: 2,
      rejected: 1,
      ids: packSeenIds([
        {
          fingerprint: { place: 0xabcd, first: -2, second: 3, third: 0x1234 },
          eventTime: null,
          appendTime: 1_716_405_003_200,
        },
      ]),
      key: Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex'),
    },
  ],
  [
    rejectedCodec,
    {
      topic: 'pod.raw.message',
      partition: 3,
      offset: 1236,
      reason: 'unreadable',
      error: 'not a JSON object',
      bytes: Buffer.from('oops'),
    },
  ],
  [positionCodec, position],
  [
    redrivenCodec,
    {
      reject_offset: 41,
      at: 1_716_405_003_100,
      topic: 'pod.raw.message',
      partition: 3,
      end: 1237,
      is_done: true,
    },
  ],
  [
    historyCodec,
    {
      at: 1_716_405_003_100,
      kind: 'session',
      subject: 'acme_hosted/message',
      what: 'dropped',
      who: 'host-1:4711',
      numbers: { times: 3 },
      words: { reason: 'silent' },
    },
  ],
  [
    collectorCodec,
    {
      name: 'acme',
      revision: 2,
      at: 1_716_405_003_100,
      by: 'anna',
      what: 'rolled_back',
      from_revision: 1,
      definition: '{"credentials":{"api_key":""}}',
      secrets: [
        {
          path: 'credentials.api_key',
          key_id: '1f2e3d4c',
          nonce: Buffer.alloc(12, 7),
          sealed: Buffer.alloc(20, 9),
        },
      ],
    },
  ],
]

for (const [codec, value] of samples) {
  test(`${codec.name} is encoded as it always was, and read back`, () => {
    const expected = golden[codec.name]
    equal(codec.fingerprint.toString(16), expected?.fingerprint)
    equal(codec.encode(value).toString('hex'), expected?.hex)
    deepEqual(structuredClone(codec.decode(Buffer.from(expected?.hex ?? '', 'hex'))), structuredClone(value))
  })
}

test('a position of version 1, a bare time, is read as version 2 and written back as version 2', () => {
  const version1 = Buffer.from(golden['Position version 1']?.hex ?? '', 'hex')
  const read = positionCodec.decode(version1)
  deepEqual(
    { ...read },
    {
      received_at: 1_716_405_003_100,
      cluster: '',
      service: '',
      connection: '',
      sequence: -1,
      start_time: null,
      reconciled_to: null,
      clean: true,
      todo: [],
      gaps: [],
    },
  )
  equal(positionCodec.encode(read).readBigUInt64LE(2), positionCodec.fingerprint)
})

for (const [name, bytes, error] of [
  ['nothing', Buffer.alloc(0), UnreadableRecordError],
  ['plain JSON', Buffer.from('{"guid":"abc"}'), UnreadableRecordError],
  ['a fingerprint in no list', Buffer.from('c3010102030405060708aa', 'hex'), UnknownSchemaError],
  ['another schema of the table', rejectedCodec.encode(samples[3]?.[1] as never), UnknownSchemaError],
  ['a torn record', rawFrameCodec.encode(rawFrame).subarray(0, 30), UnreadableRecordError],
  [
    'a record with bytes behind its end',
    Buffer.concat([rawFrameCodec.encode(rawFrame), Buffer.from('x')]),
    UnreadableRecordError,
  ],
] as const) {
  test(`${name} is refused as a raw frame with a typed error`, () => {
    throws(() => rawFrameCodec.decode(bytes), error)
  })
}

test('a value of any size is written whole, and stays when the next one is written', () => {
  const around = Array.from({ length: 200 }, (_, at) => 64 * 1024 - 150 + at)
  const values = [0, 1, 1000, ...around, 128 * 1024, 3 * 1024 * 1024].map((size, at) => ({
    ...rawFrame,
    frame: Buffer.alloc(size, at),
  }))
  const written = values.map(value => rawFrameCodec.encode(value))
  deepEqual(
    written.map(bytes => rawFrameCodec.decode(bytes).frame.length),
    values.map(({ frame }) => frame.length),
  )
  equal(
    values.every(({ frame }, at) =>
      written[at]?.subarray(-frame.length || Number.MAX_SAFE_INTEGER).equals(frame),
    ),
    true,
  )
})
