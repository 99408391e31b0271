// Rejects are kept before anything of their batch goes out, and frames are made when there is room for them.

import { deepEqual, equal, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { type Event, eventCodec } from '@podpipe/schemas/records.ts'
import { outletOf } from './deliver-frames.ts'
import { deliverRecords } from './deliver-records.ts'
import type { Output } from './delivery.ts'
import { slabOf } from './frames/slabs.ts'

const naming = { host: 'h', tagOf: () => 'a.b' }
const framing = { codec: eventCodec, naming, maxBytes: undefined, output: 'o' }
const signal = new AbortController().signal
const empty: Event = {
  cluster: 'acme',
  service: 'message',
  id: 'a',
  event_time: 0,
  received_at: 0,
  raw_partition: 0,
  raw_offset: 0,
  payload: Buffer.from('{}'),
}
const recordOf = (value: Buffer, offset: number) => ({
  topic: 't',
  partition: 0,
  offset,
  timestamp: offset,
  key: null,
  value,
})
const good = recordOf(eventCodec.encode(empty), 0)
const bad = recordOf(Buffer.from('junk'), 1)

/** An output that notes how many frames it takes over; it has room when the test says so. */
function noting(room: Promise<void> = Promise.resolve()) {
  const events: string[] = []
  const output: Pick<Output, 'deliver'> = {
    async deliver(frames) {
      await room
      const slabs = (typeof frames === 'function' ? frames() : frames).map(slabOf)
      events.push(`${slabs.reduce((sum, { ends }) => sum + ends.length, 0)} out`)
      return { confirmed: Promise.resolve() }
    },
  }
  const keep = async (kept: readonly unknown[]): Promise<void> => void events.push(`${kept.length} kept`)
  return { events, output, keep }
}

test('a batch without rejects goes out at once', async () => {
  const { events, output, keep } = noting()
  const { times, rejects: refused } = await deliverRecords(
    outletOf(output),
    [good, good],
    framing,
    keep,
    signal,
  )
  deepEqual([events, [...times], refused], [['2 out'], [0, 0], []])
})

test('rejects are kept first, then the others go out', async () => {
  const { events, output, keep } = noting()
  const delivered = await deliverRecords(outletOf(output), [good, bad, good], framing, keep, signal)
  deepEqual(events, ['0 out', '1 kept', '2 out'])
  deepEqual([delivered.rejects.map(({ record }) => record.offset), delivered.times.length], [[1], 2])
})

test('nothing goes out while rejects cannot be kept', async () => {
  const { events, output } = noting()
  const keep = async (): Promise<void> => {
    throw new Error('Kafka is away')
  }
  await rejects(deliverRecords(outletOf(output), [good, bad], framing, keep, signal), /Kafka is away/)
  deepEqual(events, ['0 out'])
})

test('records are looked at when there is room for their frames', async () => {
  const room = Promise.withResolvers<void>()
  const { output, keep } = noting(room.promise)
  let looked = 0
  const watched = {
    ...good,
    get value() {
      looked += 1
      return good.value
    },
  }
  const delivering = deliverRecords(outletOf(output), [watched], framing, keep, signal)
  await new Promise(resolve => setImmediate(resolve))
  equal(looked, 0)
  room.resolve()
  equal((await delivering).times.length, 1)
})
