// What our decoder of fetched batches makes of them against what kafkajs's own does. The seed is printed; SEED=N repeats a run.

import { deepEqual, equal, throws } from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { test } from 'node:test'
import { wholeBelow } from '../../test-random.ts'
import type { InternalMessage } from '../connection/internals.ts'
import { decodeBatch, FetchedRecord } from './batch-decoder.ts'
import { ours, pick, plain, type Random, randomRequest } from './test-kafkajs.ts'

const value = Buffer.from('{"guid":"a"}')
const attributesAt = 21
const oneRecord = async (): Promise<Buffer> =>
  Buffer.from(
    (await plain.batch({ records: [plain.record({ key: null, value, timestampDelta: 0 })] })).buffer,
  )

test('fetched batches are the records that kafkajs makes of them', async t => {
  const seed = Number(process.env.SEED ?? randomInt(2 ** 31))
  t.diagnostic(`SEED=${seed}`)
  const random = wholeBelow(seed)
  let decoded = 0
  for (let run = 0; run < 300; run++) {
    const bytes = await randomBatch(random)
    const expected = await plain.decode(bytes)
    const found = await ours.decode(bytes)
    deepEqual(found.map(plainly), expected.map(plainly), `SEED=${seed}, run ${run}`)
    if (found.some(message => message instanceof FetchedRecord)) decoded++
  }
  // Compressed ones, one in eight, are kafkajs's to decode, and some have no record.
  equal(decoded > 100, true, `SEED=${seed}: only ${decoded} of 300 batches were decoded by us`)
})

test('a batch that was cut off is left out, as by kafkajs, at every byte', async () => {
  const whole = await oneRecord()
  for (let length = 0; length <= whole.length; length++) {
    const bytes = Buffer.concat([whole, whole.subarray(0, length)])
    const expected = await plain.decode(bytes)
    deepEqual((await ours.decode(bytes)).map(plainly), expected.map(plainly), `${length} bytes of the second`)
  }
})

test('a batch that has not come whole is left to kafkajs', async () => {
  const bytes = await oneRecord()
  for (const length of [1, 60, 61, bytes.length - 1]) {
    equal(decodeBatch({ buffer: bytes.subarray(0, length), offset: 0, forward: () => undefined }), undefined)
  }
})

test('a record that reaches beyond its batch is said to be damaged', async () => {
  const bytes = await oneRecord()
  // The length of the value, behind the header of the batch and five fields of one byte.
  bytes[61 + 5] = 0x7e
  throws(() => decodeBatch({ buffer: bytes, offset: 0, forward: () => undefined }), /damaged/)
})

/** What both decoders have to agree on. */
function plainly(message: InternalMessage) {
  const { offset, timestamp, key, value } = message
  const { producerId, inTransaction, isControl } =
    message instanceof FetchedRecord
      ? message.context
      : { ...message.batchContext, isControl: message.isControlRecord }
  return { offset: Number(offset), time: Number(timestamp), key, value, isControl, producerId, inTransaction }
}

/** A random batch as a broker hands it out: of a transaction, with a broker's times, a marker, or compressed. */
async function randomBatch(random: Random): Promise<Buffer> {
  const { messages } = randomRequest(random).topicData[0]?.partitions[0] ?? { messages: [] }
  const times = pick(random, [5_000, 2 ** 31, 1_764_000_000_000])
  const { buffer } = await plain.batch({
    compression: random(8) === 0 ? 1 : 0,
    firstOffset: pick(random, [0, 17, 2 ** 31 + 7, 2 ** 50]),
    firstTimestamp: random(1_764_000_000_000),
    maxTimestamp: 1_764_000_000_000,
    transactional: random(2) === 0,
    producerId: pick(random, [-1, 0, 4711]),
    records: messages.map(({ key, value, headers }, at) =>
      plain.record({
        key: key ?? null,
        value: value ?? null,
        headers: headers ?? {},
        offsetDelta: at * pick(random, [1, 70]),
        timestampDelta: random(times) * pick(random, [1, -1]),
      }),
    ),
  })
  const flags = pick(random, [0, 0x08, 0x20])
  buffer.writeInt16BE(buffer.readInt16BE(attributesAt) | flags, attributesAt)
  return Buffer.from(buffer)
}
