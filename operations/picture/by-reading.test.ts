// What is missing is told exactly, with marks of transactions among what waits, and with events that come while it is counted.

import { deepEqual, equal, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import type { RangeReader } from '@podpipe/runtime/kafka/read/fetcher.ts'
import type { KafkaRecord } from '@podpipe/runtime/kafka/read/record.ts'
import { memoryKafka, topics } from '../events/test-partitions.ts'
import { missingByReading, nextToRead, type Waiting } from './by-reading.ts'

const { name: topic, codec } = topics.unique('message')
const place = { topic, partition: 0 }
const event = (raw_offset: number): Omit<KafkaRecord, 'offset'> => ({
  ...place,
  timestamp: 5,
  key: Buffer.from(String(raw_offset)),
  value: codec.encode({
    ...{ cluster: 'c', service: 'message', id: String(raw_offset), event_time: 5, received_at: 5 },
    ...{ raw_partition: 0, raw_offset, payload: Buffer.from('{}') },
  }),
})
const mark = { mark: place }
// Three transactions; raw 2 and 5 were duplicates.
const lies = [event(0), event(1), mark, event(3), event(4), mark, event(6), event(7), mark]
const { fetcher } = memoryKafka(lies).kafka
const waiting = (change: Partial<Waiting>): Waiting => ({
  ...{ key: 'o/message/0', place, from: 3, to: 9, countedTo: 8, done: 2, unique: 6 },
  ...change,
})

for (const [name, change, missing] of [
  ['two are done and four wait', {}, 0],
  ['one of the done was lost, which the marks that wait would hide', { done: 1 }, 1],
  ['events that came behind the block are none of its account', { countedTo: 5, unique: 4 }, 0],
  ['the same, and one is lost', { countedTo: 5, unique: 4, done: 1 }, 1],
  ['a mark alone waits', { from: 8, done: 6 }, 0],
  ['a mark alone waits, and three are lost', { from: 8, done: 3 }, 3],
  ['nothing was ever delivered', { from: 0, done: 0 }, 0],
] as const) {
  test(`${name}: ${missing} missing`, async () =>
    equal(await missingByReading(fetcher, codec, waiting(change)), missing))
}

test('a Kafka that does not answer is not waited for', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const away: RangeReader = {
    offsets: async () => ({ start: 0, end: 9 }),
    open: () => {
      const waits = Promise.withResolvers<never>()
      return { ...place, take: () => waits.promise, close: reason => waits.reject(reason) }
    },
  }
  await rejects(missingByReading(away, codec, waiting({})), /timeout|abort/i)
})

const of = (key: string, records: number): Waiting => waiting({ key, from: 0, to: records })

for (const [name, all, last, expected] of [
  ['nothing waits', [of('a', 0)], '', ''],
  ['all that is read quickly', [of('a', 900), of('b', 900)], '', 'a b'],
  ['too much by itself is left', [of('a', 2_001), of('b', 900)], '', 'b'],
  ['no more than is read quickly', [of('a', 1_500), of('b', 600), of('c', 10)], '', 'a'],
  ['the turn goes on', [of('a', 1_500), of('b', 600), of('c', 10)], 'a', 'b c'],
  ['and begins again', [of('a', 1_500), of('b', 600), of('c', 10)], 'c', 'a'],
] as const) {
  test(`whose turn it is to be read: ${name}`, () =>
    deepEqual(
      nextToRead(all, last)
        .map(({ key }) => key)
        .join(' '),
      expected,
    ))
}
