// The sender with a producer that answers when the test says so.

import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { decodeRecords } from '@podpipe/runtime/kafka/encoding/batch-decoder.ts'
import type { RecordSet } from '@podpipe/runtime/kafka/encoding/record-set.ts'
import { kindOf } from '@podpipe/schemas/service.ts'
import { topicsOf } from '@podpipe/schemas/topics.ts'
import { createSender } from './sender.ts'
import { toRecord } from './to-record.ts'

const topic = topicsOf({ prefix: 'pod', partitions: 1, services: ['message'] }).raw('message')
const mebibyte = 1024 * 1024
/** The least that a batch takes: memory is taken in pieces. */
const piece = 64 * 1024
/** Of a frame that is too large for a piece: beside it, its record's key and the like. */
const mostBeside = 512

interface Sent {
  readonly sequences: readonly number[]
  readonly bytes: number
  readonly answer: PromiseWithResolvers<void>
}

function start(t: TestContext) {
  const sends: Sent[] = []
  const acked: [last: number, count: number][] = []
  const giveUp = new AbortController()
  t.after(() => giveUp.abort())
  let sent = Promise.withResolvers<void>()
  const producer = {
    sendSets(_topic: string, sets: readonly RecordSet[]) {
      const answer = Promise.withResolvers<void>()
      const frames = sets
        .flatMap(set => set.take().flatMap(decodeRecords))
        .map(({ value }) => topic.codec.decode(value ?? Buffer.alloc(0)))
      sends.push({
        sequences: frames.map(({ sequence }) => sequence),
        bytes: sets.reduce((sum, { bytes }) => sum + bytes, 0),
        answer,
      })
      sent.resolve()
      sent = Promise.withResolvers()
      return answer.promise
    },
  }
  // What is told adds up to what is there, at every moment.
  let told = 0
  const sender = createSender({
    producer,
    topic,
    giveUp: giveUp.signal,
    onPending: change => {
      told += change
      equal(told, sender.pendingBytes)
    },
    onAcked: ({ sequence }, count) => acked.push([sequence, count]),
  })
  let sequence = 0
  return {
    sender,
    sends,
    acked,
    giveUp,
    add(size = 10, count = 1) {
      for (let each = 0; each < count; each++) {
        const origin = {
          cluster: 'acme',
          service: 'message',
          connection: 'x',
          sequence: sequence++,
          receivedAt: 0,
          mode: 'live',
        } as const
        sender.add(toRecord(Buffer.alloc(size, 32), origin, kindOf('message')))
      }
    },
    /** The nth send, from 0. */
    async send(index: number): Promise<Sent> {
      for (;;) {
        const found = sends[index]
        if (found !== undefined) return found
        await sent.promise
      }
    },
  }
}

function isAbout(bytes: number, frames: number): void {
  ok(bytes >= frames && bytes <= frames + mostBeside, `${bytes} bytes are held for frames of ${frames}`)
}

const settle = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

test('frames that come together go together', async t => {
  const { add, send, sender, acked } = start(t)
  add(10, 3)
  const { sequences, answer } = await send(0)
  deepEqual(sequences, [0, 1, 2])
  equal(sender.pendingBytes, piece)
  answer.resolve()
  await sender.drained()
  equal(sender.pendingBytes, 0)
  deepEqual(acked, [[2, 3]])
})

test('acknowledgements out of order are told in the order of arrival', async t => {
  const { add, send, sender, acked } = start(t)
  add(mebibyte)
  add(mebibyte)
  const [first, second] = [await send(0), await send(1)]
  second.answer.resolve()
  await settle()
  deepEqual(acked, [])
  isAbout(sender.pendingBytes, mebibyte)
  first.answer.resolve()
  await sender.drained()
  deepEqual(acked, [
    [0, 1],
    [1, 1],
  ])
})

test('a batch that Kafka does not take is sent again, whole, until it does', async t => {
  const { add, send, sender, acked } = start(t)
  add(10, 2)
  ;(await send(0)).answer.reject(new Error('no leader'))
  ;(await send(1)).answer.reject(new Error('no leader'))
  const { sequences, answer } = await send(2)
  deepEqual(sequences, [0, 1])
  deepEqual(acked, [])
  equal(sender.pendingBytes, piece)
  answer.resolve()
  await sender.drained()
  deepEqual(acked, [[1, 2]])
})

test('four batches are on their way at most', async t => {
  const { add, send, sends } = start(t)
  add(mebibyte, 6)
  await send(3)
  await settle()
  equal(sends.length, 4)
  sends[2]?.answer.resolve()
  await send(4)
  await settle()
  equal(sends.length, 5)
})

test('what gathers while Kafka stands still goes in batches that fit into a record batch of Kafka', async t => {
  const { add, send, sends, sender } = start(t)
  add(mebibyte, 4)
  await send(3)
  add(300_000, 100)
  add(10, 2_200)
  add(8 * mebibyte)
  const drained = sender.drained()
  let answered = 0
  while (sender.pendingBytes > 0) {
    const { bytes, sequences, answer } = await send(answered++)
    ok(sequences.length <= 1_000, `${sequences.length} records`)
    ok(
      bytes <= 2 * mebibyte + mostBeside || sequences.length === 1,
      `${bytes} bytes in ${sequences.length} records`,
    )
    answer.resolve()
    await settle()
  }
  await drained
  deepEqual(
    sends.flatMap(({ sequences }) => sequences),
    Array.from({ length: 2_305 }, (_, sequence) => sequence),
  )
})

test('there is room again when enough is acknowledged', async t => {
  const { add, send, sender } = start(t)
  add(mebibyte, 3)
  let room = false
  const below = sender.below(mebibyte + mostBeside).then(() => {
    room = true
  })
  ;(await send(0)).answer.resolve()
  await settle()
  equal(room, false)
  ;(await send(1)).answer.resolve()
  await below
  isAbout(sender.pendingBytes, mebibyte)
})

test('draining sends what is still gathering, and waits for it', async t => {
  const { add, send, sender, acked } = start(t)
  add()
  const drained = sender.drained()
  add()
  ;(await send(0)).answer.resolve()
  ;(await send(1)).answer.resolve()
  await drained
  deepEqual(acked, [
    [0, 1],
    [1, 1],
  ])
})

test('frames without a byte count too: a flood of them reaches the bound', async t => {
  const { add, sender } = start(t)
  add(0, 1_000)
  ok(sender.pendingBytes >= 2 * piece, `${sender.pendingBytes} bytes`)
})

test('nothing to drain is drained', async t => {
  await start(t).sender.drained()
})

test('giving up ends the draining and the trying; nothing more is told as acknowledged', async t => {
  const { add, send, sends, sender, acked, giveUp } = start(t)
  add()
  const drained = sender.drained()
  ;(await send(0)).answer.reject(new Error('no leader'))
  await settle()
  giveUp.abort(new Error('the budget is spent'))
  await rejects(drained, /budget/)
  await settle()
  equal(sends.length, 1)
  deepEqual(acked, [])
  await rejects(sender.drained(), /budget/)
})
