// Our encoder of produce requests against kafkajs's own, byte for byte, and what its decoder of fetched batches makes of
// them against what ours does. The seed is printed; SEED=N repeats a run.

import { deepEqual, equal, rejects, throws } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { wholeBelow } from '../../test-random.ts'
import type { InternalMessage } from '../connection/internals.ts'
import { decodeBatch, FetchedRecord } from './batch-decoder.ts'
import { placed } from './faster-kafkajs.ts'
import { encodeProduce, type ProduceRecord, type ProduceRequest } from './produce-request.ts'

const require = createRequire(import.meta.url)

type CreateRequest = (options: object) => Promise<{ buffer: Buffer; size(): number }>
type MakeRequest = (request: ProduceRequest) => object

// kafkajs as podpipe runs it, and a second one as it was published: the modules that were replaced, and those
// that took hold of them, are loaded once more.
const ours = load()
for (const path of Object.keys(require.cache)) if (path.includes('/kafkajs/src/')) delete require.cache[path]
const plain = load()

function load() {
  const createRequest: CreateRequest = require('kafkajs/src/protocol/request')
  const group: (grouping: object) => object = require('kafkajs/src/producer/groupMessagesPerPartition')
  const requests = new Map<number, MakeRequest>(
    [3, 4, 5, 6, 7].map(version => [
      version,
      require(`kafkajs/src/protocol/requests/produce/v${version}/request`),
    ]),
  )
  const encode = (version: number, options: ProduceRequest, correlationId = 7, clientId = 'podpipe') =>
    createRequest({ request: requests.get(version)?.(options), correlationId, clientId })
  const decode: (source: object) => Promise<{ records: InternalMessage[] }> =
    require('kafkajs/src/protocol/recordBatch/v0/decoder')
  const Decoder: new (bytes: Buffer) => object = require('kafkajs/src/protocol/decoder')
  const batch: (options: object) => Promise<{ buffer: Buffer }> =
    require('kafkajs/src/protocol/recordBatch/v0').RecordBatch
  const record: (options: object) => object = require('kafkajs/src/protocol/recordBatch/record/v0')
  return {
    encode,
    group,
    batch,
    record,
    decode: async (bytes: Buffer) => (await decode(new Decoder(bytes))).records,
  }
}

const batch = (messages: readonly ProduceRecord[], more: Partial<ProduceRequest> = {}): ProduceRequest => ({
  acks: -1,
  timeout: 30_000,
  topicData: [{ topic: 'pod.raw.message', partitions: [{ partition: 3, firstSequence: 0, messages }] }],
  ...more,
})
const value = Buffer.from('{"guid":"a"}')
const value0 = Buffer.alloc(0)
const attributesAt = 21
const oneRecord = async (): Promise<Buffer> =>
  Buffer.from(
    (await plain.batch({ records: [plain.record({ key: null, value, timestampDelta: 0 })] })).buffer,
  )

test('the fast encoder is in place', () => {
  deepEqual(placed, { encoder: 'fast' })
})

test('random requests are the same bytes as from kafkajs', async t => {
  t.mock.timers.enable({ apis: ['Date'], now: 1_764_000_000_123 })
  const seed = Number(process.env.SEED ?? randomInt(2 ** 31))
  t.diagnostic(`SEED=${seed}`)
  const random = wholeBelow(seed)
  let fast = 0
  for (let run = 0; run < 600; run++) {
    const request = randomRequest(random)
    const version = 3 + random(5)
    const clientId = pick(random, ['podpipe-ingest', 'ü', ''])
    const correlationId = random(2 ** 31)
    const expected = await plain.encode(version, request, correlationId, clientId)
    const found = await ours.encode(version, request, correlationId, clientId)
    equal(found.buffer.equals(expected.buffer), true, `SEED=${seed}, run ${run}: other bytes than kafkajs's`)
    equal(found.size(), expected.size())
    if (!('buf' in found)) fast++
  }
  // Compressed ones, one in eight, are kafkajs's to encode.
  equal(fast > 400, true, `SEED=${seed}: only ${fast} of 600 requests were encoded by us`)
})

test('records with a tail are the same bytes as with one value', async t => {
  t.mock.timers.enable({ apis: ['Date'], now: 1_764_000_000_123 })
  for (const sizes of [
    [0, 0],
    [3, 0],
    [0, 9],
    [62, 1],
    [63, 1],
    [70, 8_200],
  ]) {
    const [value = value0, tail = value0] = sizes.map(size => Buffer.alloc(size, 'x'))
    const whole = await plain.encode(7, batch([{ key: 'k', value: Buffer.concat([value, tail]) }, { value }]))
    const inPlace = { size: tail.length, put: (target: Buffer, at: number) => at + tail.copy(target, at) }
    for (const each of [tail, inPlace]) {
      const open = await ours.encode(7, batch([{ key: 'k', value, tail: each }, { value }]))
      equal(open.buffer.equals(whole.buffer), true, `${sizes}`)
    }
  }
})

test('a record with a tail is not left to kafkajs, which would drop it', async () => {
  await rejects(
    async () => ours.encode(7, batch([{ value, tail: value }], { compression: 1 })),
    /tail .* only kafkajs/,
  )
})

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

const half = Buffer.alloc(8 * 1024 * 1024, 'x')
for (const [name, request] of [
  ['no record', batch([])],
  ['no topic', batch([], { topicData: [] })],
  ['a topic without partitions', batch([], { topicData: [{ topic: 'a', partitions: [] }] })],
  ['nothing but null', batch([{ key: null, value: null }, {}])],
  ['empty, which is not null', batch([{ key: '', value: Buffer.alloc(0) }])],
  [
    'values at the borders of a length',
    batch([63, 64, 8191, 8192].map(size => ({ value: Buffer.alloc(size) }))),
  ],
  ['16 MiB in one value', batch([{ value: Buffer.alloc(16 * 1024 * 1024, 'x') }])],
  ['40 MiB in one batch', batch(Array.from({ length: 5 }, () => ({ key: 'k', value: half })))],
  ['20,000 records', batch(Array.from({ length: 20_000 }, () => ({ value })))],
  [
    'times that sort otherwise as text',
    batch(['900', '1000', '20'].map(timestamp => ({ value, timestamp }))),
  ],
  ['times as numbers', batch([1_764_000_000_123, 5, 0, -1].map(timestamp => ({ value, timestamp })))],
  [
    'a time of zero as text',
    batch([
      { value, timestamp: '0' },
      { value, timestamp: '00012' },
    ]),
  ],
  ['times centuries apart', batch(['1', '99999999999999'].map(timestamp => ({ value, timestamp })))],
  ['some with a time, some without', batch([{ value, timestamp: '1764000000000' }, { value }])],
  ['a lone surrogate', batch([{ key: '\ud83d', value: 'a\udc00b' }])],
  ['headers', batch([{ value, headers: { a: 'b', ü: Buffer.from([0]), many: ['1', Buffer.alloc(70)] } }])],
  ['no headers in a list', batch([{ value, headers: { a: [], b: '' } }])],
  ['an empty transactional id', batch([{ value }], { transactionalId: '' })],
  ['a negative sequence', batch([{ value }], { producerId: '-1', producerEpoch: -1 })],
  [
    'the largest producer id',
    batch([{ value }], { producerId: '999999999999999999', producerEpoch: 32_767 }),
  ],
] as const) {
  test(`the same bytes: ${name}`, async t => {
    t.mock.timers.enable({ apis: ['Date'], now: 1_764_000_000_123 })
    const found = await ours.encode(7, request)
    equal(found.buffer.equals((await plain.encode(7, request)).buffer), true)
    equal('buf' in found, false, 'encoded by kafkajs')
  })
}

for (const [name, request] of [
  ['compression', batch([{ value }], { compression: 1 })],
  ['bytes that are no Buffer', batch([{ value: new Uint8Array([49]) }])],
  ['a number as value', batch([{ value: 5 }])],
  ['a time that is none', batch([{ value, timestamp: 'yesterday' }])],
  ['a time below zero as text', batch([{ value, timestamp: '-5' }])],
  ['half a millisecond', batch([{ value, timestamp: 0.5 }])],
  ['a header of null', batch([{ value, headers: { a: null } }])],
  ['null for headers', batch([{ value, headers: null }])],
  ['a producer id of no number', batch([{ value }], { producerId: {} })],
] as const) {
  test(`left to kafkajs: ${name}`, () => {
    const header = { apiKey: 0, apiVersion: 7, correlationId: 1, clientId: 'podpipe' }
    equal(
      encodeProduce(request, header, 0, () => 0),
      undefined,
    )
  })
}

test('records are grouped as kafkajs does it', () => {
  const grouping = {
    topic: 'a',
    partitionMetadata: [{}],
    messages: Array.from({ length: 50 }, (_, at) => ({ at })),
    partitioner: ({ message }: { message: { at: number } }) => (message.at * 7) % 5,
  }
  deepEqual(ours.group(grouping), plain.group(grouping))
  deepEqual(ours.group({ ...grouping, partitionMetadata: [] }), {})
})

for (const [name, script, env, why] of [
  [
    'when it is told to',
    "import('./faster-kafkajs.ts').then(tell)",
    { PODPIPE_KAFKAJS_ENCODER: 'plain' },
    /PODPIPE_KAFKAJS_ENCODER/,
  ],
  [
    'when it was loaded first',
    "import('kafkajs').then(() => import('./faster-kafkajs.ts')).then(tell)",
    {},
    /loaded before/,
  ],
] as const) {
  test(`kafkajs keeps its encoder ${name}`, () => {
    const source = `const tell = ({ placed }) => console.log(JSON.stringify(placed)); ${script}`
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', source], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      env: { ...process.env, ...env },
    })
    const found = JSON.parse(stdout || JSON.stringify({ encoder: stderr }))
    equal(found.encoder, 'plain')
    equal(why.test(found.why), true, found.why)
  })
}

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

type Random = (below: number) => number

/** What random bytes are cut from: to draw each of them for itself would be most of the work. */
const noise = Buffer.from(Array.from({ length: 65_536 }, (_, at) => Math.imul(at + 1, 0x9e37_79b1) >>> 24))

const pick = <T>(random: Random, from: readonly T[]): T => from[random(from.length)] as T

function randomRequest(random: Random): ProduceRequest {
  const times = pick(random, [() => undefined, () => `${1_764_000_000_000 + random(5000)}`, anyTime])
  const list = <T>(longest: number, make: (at: number) => T): T[] =>
    Array.from({ length: random(longest + 1) }, (_, at) => make(at))
  const bytes = (): Buffer => {
    const size = random(pick(random, [1, 11, 201, 9_001]))
    const from = random(noise.length - size)
    return noise.subarray(from, from + size)
  }
  const text = (): string => list(12, () => pick(random, ['a', 'Z', '7', 'ü', '€', '😀', '\u0000'])).join('')
  const something = () => pick(random, [bytes, bytes, text, () => null, () => undefined])()
  function anyTime() {
    return pick(random, [undefined, null, '0', '7', `${random(2 ** 31)}`, random(2 ** 31), 1_764_000_000_123])
  }
  const headers = () => {
    const one = () => pick(random, [bytes, text])()
    return Object.fromEntries(list(3, () => [text(), random(3) === 0 ? list(3, one) : one()]))
  }
  const messages = () =>
    list(pick(random, [1, 5, 150]), () => ({
      key: something(),
      value: something(),
      timestamp: times(),
      ...(random(3) === 0 ? { headers: headers() } : {}),
    }))
  return {
    acks: pick(random, [-1, 0, 1]),
    timeout: random(60_000),
    transactionalId: pick(random, [undefined, null, 'dedup-message-3']),
    producerId: pick(random, [undefined, -1, '4711', '9007199254740993']),
    producerEpoch: pick(random, [undefined, 0, random(32_768)]),
    compression: random(8) === 0 ? 1 : 0,
    topicData: list(3, at => ({
      topic: `pod.raw.${at}`,
      partitions: list(4, partition => ({ partition, firstSequence: random(2 ** 31), messages: messages() })),
    })),
  }
}
