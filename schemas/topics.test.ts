import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { knownServices } from './service.ts'
import { listConsoleTopics, listTopics, maxFrameBytes, topicsOf } from './topics.ts'

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

test('the topics of the console are apart, and small', () => {
  const bounds = listConsoleTopics(topics).map(({ name, partitions, settings }) => [
    `${name} x${partitions}`,
    settings['cleanup.policy'],
    settings['retention.ms'],
  ])
  deepEqual(bounds, [
    ['pod.history x1', 'delete', String(7 * 86_400_000)],
    ['pod.collectors x1', 'compact', undefined],
  ])
})

test('raw is stamped by the broker, so that time is the same in every replay', () => {
  equal(topics.raw('message').settings['message.timestamp.type'], 'LogAppendTime')
  equal(topics.unique('message').settings['message.timestamp.type'], undefined)
})

for (const [window, days] of [
  ['10s', 8],
  ['3h', 8],
  ['23h', 8],
  ['1d', 9],
  ['30d', 38],
] as const) {
  test(`with a window of ${window} the ledger is kept ${days} days: raw, a window before it, and an hour to spare`, () => {
    const [, amount, unit] = /^(\d+)(\w)$/.exec(window) ?? []
    const longestWindow = Number(amount) * (unit === 's' ? 1_000 : unit === 'h' ? 3_600_000 : 86_400_000)
    const { raw, seen } = topicsOf({ prefix: 'pod', partitions: 6, services: ['message'], longestWindow })
    const kept = (topic: { settings: Readonly<Record<string, string>> }) =>
      Number(topic.settings['retention.ms'])
    equal(kept(seen('message')), days * 86_400_000)
    equal(kept(seen('message')) >= kept(raw('message')) + longestWindow + 3_600_000, true)
    equal(seen('message').settings['retention.bytes'], '-1')
  })
}

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
