// Our encoder of produce requests against kafkajs's own, byte for byte. The seed is printed; SEED=N repeats a run.

import { deepEqual, equal, rejects } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { test } from 'node:test'
import { wholeBelow } from '../../test-random.ts'
import { placed } from './faster-kafkajs.ts'
import { encodeProduce, type ProduceRecord, type ProduceRequest } from './produce-request.ts'
import { ours, pick, plain, randomRequest } from './test-kafkajs.ts'

const batch = (messages: readonly ProduceRecord[], more: Partial<ProduceRequest> = {}): ProduceRequest => ({
  acks: -1,
  timeout: 30_000,
  topicData: [{ topic: 'pod.raw.message', partitions: [{ partition: 3, firstSequence: 0, messages }] }],
  ...more,
})
const value = Buffer.from('{"guid":"a"}')
const value0 = Buffer.alloc(0)

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
