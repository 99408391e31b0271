import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { KafkaRecord } from '@podpipe/runtime/kafka/read/record.ts'
import { createLookAhead } from './look-ahead.ts'
import { createState } from './state.ts'

const record = (offset: number, key: string | null): KafkaRecord => ({
  topic: 'raw',
  partition: 0,
  offset,
  timestamp: 1_000,
  key: key === null ? null : Buffer.from(key),
  value: null,
})

test('what was looked up is what is known, for those who come from where the last one came from', () => {
  const state = createState({ live: 1_000, archive: 1_000 })
  state.seen.add(state.fingerprintOf('acme', 'message', Buffer.from('b')), 5, 7)
  const ahead = createLookAhead(state)
  const first = record(0, 'a')
  ahead.begin([first])
  equal(ahead.take(first, 'acme', 'message'), undefined)

  const [a, none, b, other, again] = [
    record(1, 'a'),
    record(2, null),
    record(3, 'b'),
    record(4, 'b'),
    record(5, 'b'),
  ]
  ahead.begin([a, none, b, other, again])
  const fingerprint = (id: string) => state.fingerprintOf('acme', 'message', Buffer.from(id))
  deepEqual(ahead.take(a, 'acme', 'message'), { fingerprint: fingerprint('a'), before: undefined })
  // The record without a key is rejected before anybody asks for it.
  const known = { fingerprint: fingerprint('b'), before: { eventTime: 5, appendTime: 7 } }
  deepEqual(ahead.take(b, 'acme', 'message'), known)
  equal(ahead.take(other, 'beta', 'message'), undefined)
  deepEqual(ahead.take(again, 'acme', 'message'), known)
  equal(ahead.take(record(6, 'a'), 'acme', 'message'), undefined)
})
