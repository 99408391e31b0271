import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { Batch } from '@podpipe/runtime/consume/work.ts'
import { wholeValue } from '@podpipe/runtime/kafka/write/outgoing.ts'
import { drop, forward, type Outcome, reject } from '@podpipe/runtime/outcome.ts'
import { rawFrameCodec, seenBlockCodec } from '@podpipe/schemas/records.ts'
import { packSeenIds } from '@podpipe/schemas/seen-ids.ts'
import { topicsOf } from '@podpipe/schemas/topics.ts'
import { blockOf, recordsOf, totalsAfter } from './batch.ts'
import type { Accepted } from './decide.ts'
import { createState } from './state.ts'
import { rawRecord } from './test-ledger.ts'
import { clocksBeforeTheFirst } from './window.ts'

const topics = topicsOf({ prefix: 'pod', partitions: 4, services: ['message'] })
const state = createState({ live: 10, archive: 30 })

const fingerprintOf = (offset: number) => state.fingerprintOf('acme', 'message', Buffer.from(`id ${offset}`))

const record = (offset: number) => ({
  ...rawRecord({ id: `id ${offset}`, eventTime: 5, appendTime: 1_000 + offset, mode: 'live' }, offset),
  topic: 'pod.raw.message',
  partition: 2,
})

const accepted = (offset: number): Outcome<Accepted> =>
  forward({
    fingerprint: fingerprintOf(offset),
    known: { eventTime: 5, appendTime: 1_000 + offset },
    key: Buffer.from(`id ${offset}`),
    mode: 'live',
    isVariant: false,
  })

const batch: Batch<Accepted> = {
  decided: [
    { record: record(7), outcome: accepted(7) },
    { record: record(8), outcome: drop('duplicate') },
    { record: record(9), outcome: reject('not_json', 'it is no JSON object') },
    { record: record(11), outcome: accepted(11) },
  ],
  nextOffset: 13,
}

test('totals go on from those before, and decided is the sum of the others', () => {
  deepEqual(totalsAfter({ decided: 10, unique: 5, duplicate: 3, rejected: 2 }, batch), {
    decided: 14,
    unique: 7,
    duplicate: 4,
    rejected: 3,
  })
})

test('a block holds the offset to go on from, the clocks, and the accepted ids in order', () => {
  deepEqual(blockOf(batch, state, { event: 5, append: 1_011 }), {
    next_offset: 13,
    oldest_block: -1,
    event_clock: 5,
    append_clock: 1_011,
    decided: 4,
    unique: 2,
    duplicate: 1,
    rejected: 1,
    ids: packSeenIds(
      [7, 11].map(offset => ({
        fingerprint: fingerprintOf(offset),
        eventTime: 5,
        appendTime: 1_000 + offset,
      })),
    ),
    key: state.key,
  })
})

test('clocks that have not begun are written as none, and the block can be encoded', () => {
  const block = blockOf({ decided: [], nextOffset: 1 }, state, clocksBeforeTheFirst)
  deepEqual([block.event_clock, block.append_clock], [null, null])
  deepEqual({ ...seenBlockCodec.decode(seenBlockCodec.encode(block)) }, block)
})

test("a transaction holds the unique events, the rejects and the block, at their raw record's time", () => {
  const block = blockOf(batch, state, { event: 5, append: 1_011 })
  const records = recordsOf(batch, block, 'message', 2, topics)
  deepEqual(
    records.map(({ topic, partition, key, timestamp }) => [topic, partition, key?.toString(), timestamp]),
    [
      ['pod.unique.message', 2, 'id 7', 1_007],
      ['pod.rejected', 0, 'pod.raw.message/2/9', 1_009],
      ['pod.unique.message', 2, 'id 11', 1_011],
      ['pod.seen.message', 2, undefined, 1_011],
    ],
  )
  const [event] = records.map(wholeValue)
  equal(topics.unique('message').codec.decode(event ?? Buffer.alloc(0)).raw_offset, 7)
  deepEqual({ ...topics.seen('message').codec.decode(records[3]?.value ?? Buffer.alloc(0)) }, block)
})

for (const [name, value, bytes] of [
  ["the frame as Proofpoint sent it, out of podpipe's envelope", record(9).value, '{}'],
  ['what podpipe cannot open, whole', Buffer.from('not ours'), 'not ours'],
  ['nothing, where the record has no value', null, ''],
] as const) {
  test(`a reject keeps ${name}`, () => {
    const rejected = {
      decided: [{ record: { ...record(9), value }, outcome: reject('undecodable', 'why') }],
      nextOffset: 10,
    }
    const [first] = recordsOf(rejected, blockOf(rejected, state, clocksBeforeTheFirst), 'message', 2, topics)
    const decoded = topics.rejected.codec.decode(first?.value ?? Buffer.alloc(0))
    equal(decoded.bytes.toString(), bytes)
    deepEqual(
      [decoded.topic, decoded.partition, decoded.offset, decoded.reason, decoded.error],
      ['pod.raw.message', 2, 9, 'undecodable', 'why'],
    )
  })
}

test('the raw record of these tests is one that podpipe can read', () => {
  equal(rawFrameCodec.decode(record(9).value ?? Buffer.alloc(0)).sequence, 9)
})
