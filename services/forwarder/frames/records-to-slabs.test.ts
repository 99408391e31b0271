// Records to frames in place: the same frames and rejects as one by one, whatever the records hold.

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { decodeRecords, FetchedRecord } from '@podpipe/runtime/kafka/encoding/batch-decoder.ts'
import { createMemory } from '@podpipe/runtime/kafka/encoding/memory.ts'
import type { KafkaRecord } from '@podpipe/runtime/kafka/read/record.ts'
import { randomFrom } from '@podpipe/runtime/test-random.ts'
import { eventCodec } from '@podpipe/schemas/records.ts'
import { encoded } from '../peers/test-events.ts'
import { type Block, Blocks } from './blocks.ts'
import { type Framing, layOutRecords } from './records-to-slabs.ts'
import { bytesIn } from './slabs.ts'
import { toFrame, within } from './to-frame.ts'
import { putFrame } from './wire.ts'

const naming = { host: 'collector', tagOf: (cluster: string, service: string) => `tag.${cluster}.${service}` }
const framing: Framing = { codec: eventCodec, naming, maxBytes: 20_000, output: 'o' }

/** A number as Kafka writes it: in zigzag, 7 bits a byte. */
function varint(value: number): number[] {
  const bytes: number[] = []
  let left = value < 0 ? -2 * value - 1 : 2 * value
  for (; left > 127; left = Math.floor(left / 128)) bytes.push((left % 128) + 128)
  return [...bytes, left]
}

/** Records as they lie in an answer of Kafka, all in one piece of memory. */
function fetched(values: readonly (Buffer | null)[]): KafkaRecord[] {
  const records = values.map((value, at) => {
    const body = [0, ...varint(at * 7), ...varint(at), ...varint(-1), ...varint(value?.length ?? -1)]
    const size = body.length + (value?.length ?? 0) + 1
    return Buffer.concat([
      Buffer.from([...varint(size), ...body]),
      value ?? Buffer.alloc(0),
      Buffer.from([0]),
    ])
  })
  return decodeRecords(Buffer.concat(records)).flatMap(record =>
    record instanceof FetchedRecord ? [record] : [],
  )
}

/** What the slow way makes of them. */
function oneByOne(records: readonly KafkaRecord[]) {
  const frames: string[] = []
  const rejects: { offset: number; reason: string }[] = []
  const times: number[] = []
  for (const record of records) {
    const outcome = within(toFrame(record, eventCodec, naming), framing.maxBytes, framing.output)
    if (outcome.kind === 'reject') rejects.push({ offset: record.offset, reason: outcome.reason })
    if (outcome.kind !== 'forward') continue
    const bytes = Buffer.alloc(outcome.value.length)
    putFrame(bytes, 0, outcome.value)
    frames.push(bytes.toString('latin1'))
    times.push(record.timestamp)
  }
  return { frames, rejects, times }
}

function inPlace(records: readonly KafkaRecord[], blocks = new Blocks(createMemory())) {
  const { slabs, rejects, times, blocks: held } = layOutRecords(records, framing, blocks)
  return {
    held,
    frames: slabs.flatMap(slab => slab.ends.map((_, at) => bytesIn(slab, at, at + 1).toString('latin1'))),
    rejects: rejects.map(({ record, outcome }) => ({ offset: record.offset, reason: outcome.reason })),
    times: [...times],
  }
}

const usual = encoded()
for (const [name, values] of [
  ['usual ones', [usual, usual, usual]],
  ['none', []],
  ['a line end at the very end', [usual, encoded({ payload: Buffer.from('{}\n') }), usual]],
  ['a line end inside', [usual, encoded({ payload: Buffer.from('{\n}') }), usual]],
  ['two line ends at the end', [usual, encoded({ payload: Buffer.from('{}\n\n') }), usual]],
  ['a carriage return', [usual, encoded({ payload: Buffer.from('{\r}') }), usual]],
  ['a NUL', [usual, encoded({ payload: Buffer.from('{\0}') }), usual]],
  [
    'an empty payload, and one that is a line end',
    [encoded({ payload: Buffer.alloc(0) }), encoded({ payload: Buffer.from('\n') })],
  ],
  ['one that is too large', [usual, encoded({ payload: Buffer.alloc(20_000, 'x') }), usual]],
  ['one that is no event', [usual, Buffer.from('junk'), usual]],
  ['one of a schema that nobody knows', [Buffer.from([0xc3, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9]), usual]],
  ['one without a value', [usual, null, usual]],
  ['one that is cut short', [usual.subarray(0, -3), usual]],
  ['one with a byte too many', [Buffer.concat([usual, Buffer.from('x')]), usual]],
  [
    'times without milliseconds, of before 1970, and out of the calendar',
    [-1, -1_000, 0, 999, 1_000, 2 ** 50, -(2 ** 50)].map(event_time => encoded({ event_time })),
  ],
  ['none of its own time', [encoded({ event_time: null }), usual]],
  [
    'clusters and services in turn',
    ['a', 'b', 'a'].flatMap(cluster => [encoded({ cluster }), encoded({ cluster, service: 'maillog' })]),
  ],
] satisfies [string, (Buffer | null)[]][])
  test(`the same frames and rejects as one by one: ${name}`, () => {
    const records = fetched(values)
    equal(records.length, values.length)
    const { held: _, ...laid } = inPlace(records)
    deepEqual(laid, oneByOne(records))
  })

test('the same for 5,000 at random, in batches', t => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  t.diagnostic(`seed ${seed}`)
  const random = randomFrom(seed)
  const drawn = (below: number): number => Math.floor(random() * below)
  const payload = (): Buffer => {
    const bytes = Buffer.alloc(drawn(20) === 0 ? drawn(21_000) : drawn(400), 'x')
    // Hostile bytes in some, so that whole batches without them are among the others.
    if (drawn(50) === 0 && bytes.length > 0) bytes[drawn(bytes.length)] = [0, 10, 13, 255][drawn(4)] ?? 0
    return bytes
  }
  const blocks = new Blocks(createMemory())
  const waiting: Block[] = []
  for (let batch = 0; batch < 250; batch += 1) {
    const values = Array.from({ length: 20 }, () => {
      const value = encoded({ payload: payload(), event_time: drawn(9) === 0 ? null : drawn(2 ** 41) })
      return drawn(300) === 0 ? value.subarray(0, drawn(value.length)) : value
    })
    const records = fetched(values)
    const { held, ...laid } = inPlace(records, blocks)
    deepEqual(laid, oneByOne(records), `seed ${seed}`)
    // Some are confirmed only behind others.
    waiting.push(...held)
    if (drawn(3) > 0) for (const block of waiting.splice(0)) blocks.letGo(block)
  }
})

test('what kafkajs has decoded goes the slow way to the same end', () => {
  const records = [usual, Buffer.from('junk')].map((value, offset) => ({
    topic: 't',
    partition: 0,
    offset,
    timestamp: 5,
    key: null,
    value,
  }))
  const { held: _, ...laid } = inPlace(records)
  deepEqual(laid, oneByOne(records))
})

test('blocks of a batch that has to be laid out anew are let go of', () => {
  const blocks = new Blocks(createMemory())
  const many = fetched([
    ...Array.from({ length: 30 }, () => encoded({ payload: Buffer.alloc(3_700, 'x') })),
    encoded({ payload: Buffer.from('\r') }),
  ])
  const [block] = layOutRecords(many, framing, blocks).blocks
  equal(block?.holders, 1)
  equal(layOutRecords(many, framing, blocks).blocks[0], block)
  equal(block?.holders, 2)
})
