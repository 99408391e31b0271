// The codec against avsc as it comes: the same bytes, the same values, the same faults.

import { deepEqual, equal, throws } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import avro from 'avsc'
import { UnreadableRecordError } from './codec.ts'
import { type Event, eventCodec, rawFrameCodec, seenBlockCodec } from './records.ts'

const plain = avro.Type.forSchema(
  JSON.parse(readFileSync(new URL('./avro/event.avsc', import.meta.url), 'utf8')),
)
const headerLength = 10

const event = (payload: Buffer): Event => ({
  cluster: 'acme_hosted',
  service: 'message',
  id: 'abc',
  event_time: 1_716_405_003_058,
  received_at: 1_716_405_003_100,
  raw_partition: 3,
  raw_offset: 1234,
  payload,
})

// Up to a length the codec writes into memory that it keeps; what is larger has another way.
for (const length of [0, 1, 63, 64, 3_700, 8_191, 8_192, 65_400, 65_536, 5_000_000]) {
  test(`${length} bytes: the same as from avsc, open or not, and back`, () => {
    const value = event(Buffer.alloc(length, '{"a":1}'))
    const encoded = eventCodec.encode(value)
    equal(encoded.subarray(headerLength).equals(plain.toBuffer(value)), true)
    const open = eventCodec.encodeOpen(value)
    equal(open.tail, value.payload)
    equal(Buffer.concat([open.value, open.tail]).equals(encoded), true)
    const place = Buffer.alloc(4_096, 'x')
    const end = eventCodec.encodeHead(value, place, 100)
    equal(place.subarray(100, end).equals(open.value), true)
    deepEqual({ ...eventCodec.decode(encoded) }, value)
    // Whoever opened one value has left nothing behind for the next.
    equal(eventCodec.encode(value).equals(encoded), true)
  })
}

test('a place without room for all but the bytes says how much it lacks, and nothing is written behind it', () => {
  const value = event(Buffer.from('payload'))
  const whole = eventCodec.encodeOpen(value).value
  for (let room = 0; room < whole.length; room++) {
    const place = Buffer.alloc(room + 50, 'x')
    equal(eventCodec.encodeHead(value, place.subarray(0, room), 0) < 0, true)
    equal(place.subarray(room).toString(), 'x'.repeat(50))
  }
  equal(eventCodec.encodeHead(value, Buffer.alloc(whole.length), 0), whole.length)
})

test('what is decoded lies in the record itself', () => {
  const encoded = eventCodec.encode(event(Buffer.from('before')))
  const { payload } = eventCodec.decode(encoded)
  encoded.write('after!', encoded.length - 'before'.length)
  equal(payload.toString(), 'after!')
})

test('a record that is cut anywhere, or goes on, is unreadable', () => {
  const encoded = eventCodec.encode(event(Buffer.from('payload')))
  for (let length = 0; length < encoded.length; length++) {
    throws(() => eventCodec.decode(encoded.subarray(0, length)), UnreadableRecordError, `${length} bytes`)
  }
  throws(() => eventCodec.decode(Buffer.concat([encoded, Buffer.alloc(1)])), UnreadableRecordError)
})

test('bytes of a length below zero are unreadable', () => {
  const encoded = eventCodec.encode(event(Buffer.alloc(0)))
  encoded[encoded.length - 1] = 1
  throws(() => eventCodec.decode(encoded), UnreadableRecordError)
})

test('a fault while a value is opened changes nothing for the next', () => {
  const value = event(Buffer.from('payload'))
  const encoded = eventCodec.encode(value)
  throws(() => eventCodec.encodeOpen({ ...value, payload: 'text' as unknown as Buffer }), /Buffer/)
  equal(eventCodec.encode(value).equals(encoded), true)
})

test('only what ends with its one field of bytes can be opened', () => {
  const block = { ids: Buffer.alloc(0), key: Buffer.alloc(16) } as never
  throws(() => seenBlockCodec.encodeOpen(block), /does not end with its only field of bytes/)
  equal(rawFrameCodec.name, 'podpipe.RawFrame')
})
