// Reading an event where it lies, held against its codec: on events drawn at random, cut, and spoilt byte by byte.

import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { readParts } from './event-in-place.ts'
import { type Event, eventCodec } from './records.ts'

const times = [null, 0, 1, -1, 63, 64, -65, 1_716_405_003_058, 2 ** 41, 2 ** 50, -(2 ** 50)]
const texts = ['', 'a', 'cluster_hosted', 'ü'.repeat(90)]

const eventOf = (draw: number): Event => ({
  cluster: texts[draw % 4] ?? '',
  service: texts[(draw >> 2) % 4] ?? '',
  id: 'i'.repeat(draw % 200),
  event_time: times[draw % times.length] ?? null,
  received_at: times[(draw * 7) % times.length] ?? 5,
  raw_partition: draw % 12,
  raw_offset: draw * 1_000_003,
  payload: Buffer.alloc(draw % 300, draw),
})

/** What the codec makes of it, in the form of the parts; the error where it throws. */
function byCodec(value: Buffer): unknown {
  try {
    const { cluster, service, event_time, received_at, payload } = eventCodec.decode(value)
    return [cluster, service, event_time, received_at, Buffer.from(payload).toString('hex')]
  } catch (error) {
    return String(error)
  }
}

function inPlace(value: Buffer): unknown {
  try {
    const { cluster, service, event_time, received_at, source, payloadAt } = readParts(value, eventCodec)
    return [cluster, service, event_time, received_at, source.subarray(payloadAt).toString('hex')]
  } catch (error) {
    return String(error)
  }
}

test('events are read as their codec reads them', () => {
  for (let draw = 0; draw < 3_000; draw++) {
    const value = eventCodec.encode(eventOf(draw))
    deepEqual(inPlace(value), byCodec(value), `event ${draw}`)
  }
})

test('an event that is cut, prolonged or spoilt at any byte is read, or refused, as its codec does', () => {
  const value = eventCodec.encode({ ...eventOf(1_337), payload: Buffer.from('{}') })
  for (let end = 0; end <= value.length; end++)
    deepEqual(inPlace(value.subarray(0, end)), byCodec(value.subarray(0, end)), `cut at ${end}`)
  const longer = Buffer.concat([value, Buffer.from([0])])
  deepEqual(inPlace(longer), byCodec(longer))
  for (let at = 0; at < value.length; at++)
    for (const byte of [0, 1, 2, 0x7f, 0x80, 0xff]) {
      const spoilt = Buffer.from(value)
      spoilt[at] = byte
      deepEqual(inPlace(spoilt), byCodec(spoilt), `byte ${at} is ${byte}`)
    }
})
