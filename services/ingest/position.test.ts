import { deepEqual, equal, notEqual } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { RangeReader } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { createReader } from '@podpipe/runtime/kafka/read/reader.ts'
import type { OutgoingRecord } from '@podpipe/runtime/kafka/write/outgoing.ts'
import { createLog } from '@podpipe/runtime/log.ts'
import type { Position } from '@podpipe/schemas/records.ts'
import { topicsOf } from '@podpipe/schemas/topics.ts'
import { createPositionWriter, partitionOf, readPosition } from './position.ts'

const topic = topicsOf({ prefix: 'pod', partitions: 1, services: ['message'] }).positions
const sessionKey = 'acme/message'

const at = (received_at: number): Position => ({
  received_at,
  cluster: 'acme',
  service: 'message',
  connection: 'x',
  sequence: 1,
  start_time: null,
  reconciled_to: null,
  clean: true,
  todo: [],
  gaps: [],
})

// Written down, not computed: another version of podpipe must look for a session in the same place.
for (const [key, partition] of [
  ['acme/message', 5],
  ['acme/maillog', 8],
  ['acme/audit', 4],
  ['other_hosted/message', 7],
] as const) {
  test(`the session ${key} belongs to partition ${partition} of 12, in every version`, () => {
    equal(partitionOf(key, 12), partition)
  })
}

test('a session belongs to a partition that is there, however many there are', () => {
  for (let partitions = 1; partitions <= 20; partitions++) {
    const found = partitionOf(sessionKey, partitions)
    equal(found >= 0 && found < partitions && Number.isInteger(found), true)
  }
})

const holding = (records: [key: string, value: Buffer | null][]): RangeReader => ({
  offsets: async () => ({ start: 0, end: records.length }),
  open(place, from) {
    const reader = createReader(
      place,
      from,
      () => undefined,
      () => undefined,
    )
    reader.push({
      records: records.map(([key, value], offset) => ({
        ...place,
        offset,
        timestamp: 0,
        key: Buffer.from(key),
        value,
      })),
      nextOffset: records.length,
      end: records.length,
      bytes: 0,
    })
    return reader
  },
})

for (const [name, records, expected] of [
  ['none where there never was one', [], undefined],
  ['none where the partition holds others only', [['acme/audit', topic.codec.encode(at(1))]], undefined],
  [
    'the last of several',
    [
      [sessionKey, topic.codec.encode(at(1))],
      [sessionKey, topic.codec.encode(at(2))],
      ['acme/audit', topic.codec.encode(at(3))],
    ],
    2,
  ],
  [
    'none behind a record without a value, which clears it',
    [
      [sessionKey, topic.codec.encode(at(1))],
      [sessionKey, null],
    ],
    undefined,
  ],
] satisfies [string, [string, Buffer | null][], number | undefined][]) {
  test(`the position that is read is ${name}`, async () => {
    equal((await readPosition(holding(records), topic, sessionKey))?.position.received_at, expected)
  })
}

/** A writer whose clock and producer obey the test. */
function start(t: TestContext) {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const sends: { received_at: number; answer: PromiseWithResolvers<void> }[] = []
  const writer = createPositionWriter({
    topic,
    sessionKey,
    log: createLog('test', 'silent'),
    producer: {
      send([record]: readonly OutgoingRecord[]) {
        const answer = Promise.withResolvers<void>()
        notEqual(record, undefined)
        sends.push({
          received_at: topic.codec.decode(record?.value ?? Buffer.alloc(0)).received_at,
          answer,
        })
        return answer.promise
      },
    },
  })
  return { writer, sends, written: () => sends.map(({ received_at }) => received_at) }
}

const settle = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

test('the newest position is written once a second, and nothing when nothing is new', async t => {
  const { writer, sends, written } = start(t)
  writer.note(at(1))
  writer.note(at(2))
  t.mock.timers.tick(1_000)
  sends[0]?.answer.resolve()
  await settle()
  t.mock.timers.tick(5_000)
  await settle()
  await writer.close()
  deepEqual(written(), [2])
})

test('a position that could not be written is written again at the next beat', async t => {
  const { writer, sends, written } = start(t)
  writer.note(at(1))
  t.mock.timers.tick(1_000)
  sends[0]?.answer.reject(new Error('Kafka is away'))
  await settle()
  t.mock.timers.tick(1_000)
  sends[1]?.answer.resolve()
  await settle()
  await writer.close()
  deepEqual(written(), [1, 1])
})

test('while one hangs no second one is sent, and closing then writes the newest once', async t => {
  const { writer, sends, written } = start(t)
  writer.note(at(1))
  t.mock.timers.tick(1_000)
  writer.note(at(2))
  t.mock.timers.tick(3_600_000)
  await settle()
  deepEqual(written(), [1])
  const closed = writer.close()
  sends[0]?.answer.reject(new Error('Kafka is away'))
  await settle()
  await settle()
  sends[1]?.answer.resolve()
  await closed
  deepEqual(written(), [1, 2])
})
