// The window as a table: what arrives, in order, and which of it is published. This table is the
// specification; the README's second promise links to it.

import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import type { Outcome } from '@podpipe/runtime/outcome.ts'
import {
  type Identity,
  type Mode,
  type RawFrame,
  rawFrameCodec,
  rejectedCodec,
} from '@podpipe/schemas/records.ts'
import type { RejectReason } from '@podpipe/schemas/reject-reasons.ts'
import type { Service } from '@podpipe/schemas/service.ts'
import { type Accepted, decide, nothingPending } from './decide.ts'
import { createState } from './state.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const windows = { live: hour, archive: 3 * hour }
const noon = Date.UTC(2026, 0, 1, 12)

interface Arrival {
  id: string
  /** When the broker appended it, in milliseconds after noon. */
  at: number
  /** The event's own time in milliseconds after noon; its arrival where left out, none where null. */
  time?: number | null
  mode?: Mode
  service?: Service
  cluster?: string
}

const published = (arrivals: readonly Arrival[]): string => {
  const state = createState(windows)
  const pending = nothingPending(state)
  return arrivals
    .map(({ id, at, time, mode = 'live', service = 'message', cluster = 'acme' }, offset) => {
      const frame: RawFrame = {
        cluster,
        service,
        connection: 'x',
        sequence: offset,
        received_at: noon + at,
        mode,
        identity: 'event_id',
        event_time: time === null ? null : noon + (time ?? at),
        frame: Buffer.from('{}'),
      }
      const record = {
        topic: 'raw',
        partition: 0,
        offset,
        timestamp: noon + at,
        key: Buffer.from(id),
        value: rawFrameCodec.encode(frame),
      }
      return letterOf(decide(record, state, pending, rawFrameCodec))
    })
    .join('')
}

// f = forwarded, d = duplicate, v = variant
const letterOf = (outcome: Outcome<Accepted>): string =>
  outcome.kind === 'forward' ? 'f' : outcome.kind === 'drop' ? 'd' : outcome.reason === 'variant' ? 'v' : '?'

const a = (at: number, more: Partial<Arrival> = {}): Arrival => ({ id: 'a', at, time: 0, ...more })
const b = (at: number, more: Partial<Arrival> = {}): Arrival => ({ id: 'b', at, ...more })

for (const [name, arrivals, expected] of [
  ['the first copy is published', [a(0)], 'f'],
  ['a copy right behind it is not', [a(0), a(0)], 'fd'],
  ['a copy at 59:59.999 is a duplicate', [a(0), b(hour - 1), a(hour - 1)], 'ffd'],
  ['a copy at 60:00.000 is a new event', [a(0), b(hour), a(hour)], 'fff'],
  [
    'the window does not slide with its copies',
    [a(0), a(40 * minute), b(70 * minute), a(70 * minute)],
    'fdff',
  ],
  ['ids are kept apart', [a(0), b(0)], 'ff'],
  [
    'out of order: a late event is known by its arrival',
    [b(2 * hour), a(2 * hour), a(2 * hour + 59 * minute)],
    'ffd',
  ],
  ['an outage: the event clock stood still, so hours later the id is still known', [a(0), a(9 * hour)], 'fd'],
  [
    'back-fill: an old event that arrives twice within the hour',
    [b(9 * hour), a(9 * hour), a(9.5 * hour)],
    'ffd',
  ],
  [
    'one event of the year 2100 does not end the window of others',
    [a(0), b(minute, { time: 74 * 365 * 24 * hour }), a(2 * minute)],
    'ffd',
  ],
  [
    'an event of the year 2100 is forgotten like any other',
    [b(0, { time: 74 * 365 * 24 * hour }), a(hour, { time: hour }), b(hour, { time: 74 * 365 * 24 * hour })],
    'fff',
  ],
  ['an event time of zero', [a(0, { time: -noon }), a(minute, { time: -noon })], 'fd'],
  ['an event time before 1970', [a(0, { time: -noon - hour }), a(minute, { time: -noon - hour })], 'fd'],
  [
    'no event time: arrival counts on both clocks',
    [a(0, { time: null }), a(hour - 1, { time: null }), a(hour, { time: null })],
    'fdf',
  ],
  [
    "a producer's clock that jumps back changes nothing",
    [b(0, { time: 0 }), b(1, { id: 'c', time: -5 * hour }), b(2, { time: 0 })],
    'ffd',
  ],
  ['the same id in two services is two events', [a(0), a(0, { service: 'audit' })], 'ff'],
  ['the same id in two clusters is two events', [a(0), a(0, { cluster: 'other' })], 'ff'],
  ['the same id with another time of its own is a variant', [a(0), a(minute, { time: 5 })], 'fv'],
  ['an id that loses its time is a variant', [a(0), a(minute, { time: null })], 'fv'],
  [
    'an archive copy 90 minutes later is a duplicate',
    [a(0), b(90 * minute), a(90 * minute, { mode: 'archive' })],
    'ffd',
  ],
  ['a live copy 90 minutes later is a new event', [a(0), b(90 * minute), a(90 * minute)], 'fff'],
  [
    'an archive copy three hours later is a new event',
    [a(0), b(3 * hour), a(3 * hour, { mode: 'archive' })],
    'fff',
  ],
] satisfies [string, Arrival[], string][]) {
  test(name, () => equal(published(arrivals), expected))
}

const rejection = (value: Buffer | null, key: Buffer | null) => {
  const state = createState(windows)
  const record = { topic: 'raw', partition: 3, offset: 7, timestamp: noon, key, value }
  const outcome = decide(record, state, nothingPending(state), rawFrameCodec)
  return outcome.kind === 'reject' ? outcome : undefined
}

const frame = (bytes: string, identity: Identity = 'unreadable'): Buffer =>
  rawFrameCodec.encode({
    cluster: 'acme',
    service: 'message',
    connection: 'x',
    sequence: 0,
    received_at: noon,
    mode: 'live',
    identity,
    event_time: null,
    frame: Buffer.from(bytes),
  })

const event = frame('{}', 'event_id')
const key = Buffer.from('k')
const other = { topic: '', partition: 0, offset: 0, reason: '', error: '', bytes: Buffer.alloc(0) }

for (const [name, value, reason, error, found = key] of [
  ['a frame that is no JSON object', frame('hello'), 'not_json', /5 bytes is no JSON object/],
  ['an empty frame', frame(''), 'not_json', /empty/],
  ['a record without a value', null, 'undecodable', /C3 01/],
  ["a record that is not podpipe's", Buffer.from('{"a":1}'), 'undecodable', /C3 01/],
  ['a torn record', event.subarray(0, 20), 'undecodable', /does not follow it/],
  ['a record of an unknown schema', rejectedCodec.encode(other), 'unknown_schema', /newer version/],
  ['a record without a key', event, 'no_id', /no key, and the key is the event's id/, null],
  ['a record with an empty key', event, 'no_id', /no key/, Buffer.alloc(0)],
  [
    'a record whose key is no text',
    event,
    'no_id',
    /key of 2 bytes that are no text/,
    Buffer.from('ff41', 'hex'),
  ],
] satisfies [string, Buffer | null, RejectReason, RegExp, (Buffer | null)?][]) {
  test(`${name} is rejected as ${reason}, and nothing is thrown`, () => {
    const outcome = rejection(value, found)
    equal(outcome?.reason, reason)
    match(outcome?.error ?? '', error)
  })
}

test('deciding changes nothing but what is pending: the same records decided again give the same outcomes', () => {
  const state = createState(windows)
  const record = {
    topic: 'raw',
    partition: 0,
    offset: 0,
    timestamp: noon,
    key: Buffer.from('a'),
    value: frame('{}'),
  }
  const once = decide(record, state, nothingPending(state), rawFrameCodec)
  deepEqual(decide(record, state, nothingPending(state), rawFrameCodec), once)
  equal(state.seen.size, 0)
})
