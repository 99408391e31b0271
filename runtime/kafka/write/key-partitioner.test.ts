// A key must keep its partition: all copies of an event meet the same dedup task, across versions of podpipe.

import { equal } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import type { PartitionerArgs } from 'kafkajs'
import { Partitioners } from '../kafkajs.ts'
import { keyPartitioner, murmur2 } from './key-partitioner.ts'

const kafkajsMurmur2: (key: Buffer) => number = createRequire(import.meta.url)(
  'kafkajs/src/producer/partitioners/default/murmur2',
)

// From the tests of Kafka's Java client.
for (const [key, hash] of [
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
] as const) {
  test(`the hash of ${key}`, () => equal(murmur2(Buffer.from(key)), hash))
}

test("random keys have kafkajs's hash", () => {
  for (let run = 0; run < 2_000; run++) {
    const key = randomBytes(run % 70)
    equal(murmur2(key), kafkajsMurmur2(key), key.toString('hex'))
  }
})

const [ours, theirs] = [keyPartitioner(), Partitioners.DefaultPartitioner()]
const partitionMetadata = Array.from({ length: 6 }, (_, partitionId) => ({
  partitionErrorCode: 0,
  partitionId,
  leader: 1,
  replicas: [1],
  isr: [1],
}))
for (const [name, message] of [
  ['text', { key: 'oEXAMPLE-id_1', value: null }],
  ['text beyond ASCII', { key: 'ü€', value: null }],
  ['bytes', { key: Buffer.from([0xff, 0, 1]), value: null }],
  ['an empty key', { key: '', value: null }],
  ['a partition of its own', { key: 'a', partition: 4, value: null }],
  ['partition 0', { key: 'a', partition: 0, value: null }],
] as const) {
  test(`the same partition: ${name}`, () => {
    const place: PartitionerArgs = { topic: 't', partitionMetadata, message }
    equal(ours(place), theirs(place))
  })
}

test('without a key, all partitions by turns', () => {
  const place: PartitionerArgs = { topic: 't', partitionMetadata, message: { value: null } }
  equal(new Set(Array.from({ length: 6 }, () => ours(place))).size, 6)
})
