import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { knownServices } from './service.ts'
import { listTopics, maxFrameBytes, topicsOf } from './topics.ts'

const topics = topicsOf({ prefix: 'pod', partitions: 6, services: [...knownServices, 'quarantine'] })

test('the table names every topic once', () => {
  deepEqual(
    listTopics(topics).map(({ name, partitions }) => `${name} x${partitions}`),
    [
      'pod.positions x12',
      'pod.raw.message x6',
      'pod.unique.message x6',
      'pod.seen.message x6',
      'pod.raw.maillog x6',
      'pod.unique.maillog x6',
      'pod.seen.maillog x6',
      'pod.raw.audit x6',
      'pod.unique.audit x6',
      'pod.seen.audit x6',
      'pod.raw.quarantine x6',
      'pod.unique.quarantine x6',
      'pod.seen.quarantine x6',
      'pod.rejected x1',
    ],
  )
})

test('raw is stamped by the broker, so that time is the same in every replay', () => {
  equal(topics.raw('message').settings['message.timestamp.type'], 'LogAppendTime')
  equal(topics.unique('message').settings['message.timestamp.type'], undefined)
})

test('the ledger outlives the records that it decides about', () => {
  const retention = (topic: { settings: Readonly<Record<string, string>> }) =>
    Number(topic.settings['retention.ms'])
  equal(retention(topics.seen('message')) > retention(topics.raw('message')), true)
})

test('the largest frame, packed with its envelope, fits into a record', () => {
  const packed = topics.raw('message').codec.encode({
    cluster: 'c'.repeat(256),
    service: 'message',
    connection: 'x'.repeat(64),
    sequence: 2 ** 48,
    received_at: 4_102_444_800_000,
    mode: 'live',
    identity: 'event_id',
    event_time: 4_102_444_800_000,
    frame: Buffer.alloc(maxFrameBytes),
  })
  const keyAndBatch = 2048
  equal(packed.length + keyAndBatch < Number(topics.raw('message').settings['max.message.bytes']), true)
})
