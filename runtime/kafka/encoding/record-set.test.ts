// Record sets: the same request as of records that are encoded later, and memory that is used again only when nobody
// can still read from it.

import { deepEqual, equal, notEqual, throws } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { test } from 'node:test'
import crc32 from '@node-rs/crc32'
import type { RawFrame } from '@podpipe/schemas/records.ts'
import { topicsOf } from '@podpipe/schemas/topics.ts'
import { wholeBelow } from '../../test-random.ts'
import { partitionOfKey } from '../write/key-partitioner.ts'
import { decodeRecords } from './batch-decoder.ts'
import { encodeProduce } from './produce-request.ts'
import { createRecordMemory } from './record-memory.ts'
import { createRecordSets } from './record-set.ts'
import { piecesBehind } from './request-pieces.ts'
import { encodeSets } from './set-request.ts'

const partitions = 5
const topic = topicsOf({ prefix: 'pod', partitions, services: ['message'] }).raw('message')
const pieceBytes = 8 * 1024
const now = 1_764_000_000_123
const header = { apiKey: 0, apiVersion: 7, correlationId: 99, clientId: 'podpipe' }
const { crc32c } = crc32

const frameOf = (frame: Buffer, more: Partial<RawFrame> = {}): RawFrame => ({
  cluster: 'acme',
  service: 'message',
  connection: 'x',
  sequence: 1,
  received_at: now,
  mode: 'live',
  identity: 'event_id',
  event_time: null,
  frame,
  ...more,
})

test('a request of record sets is byte for byte that of the same records', t => {
  const seed = Number(process.env.SEED ?? randomInt(2 ** 31))
  t.diagnostic(`SEED=${seed}`)
  const random = wholeBelow(seed)
  for (let run = 0; run < 40; run++) {
    const sets = createRecordSets(topic, createRecordMemory(pieceBytes))
    const records = Array.from({ length: 1 + random(300) }, (_, at) => {
      const frame = Buffer.alloc(random(10) === 0 ? random(50_000) : random(600), random(256))
      const key = 'kü'.repeat(random(40)) + at
      return { key, value: frameOf(frame, { sequence: random(2 ** 40), cluster: 'c'.repeat(random(6_000)) }) }
    })
    for (const { key, value } of records) sets.add(key, value, value.frame)
    equal(sets.count, records.length)

    const common = { acks: -1, timeout: 30_000 }
    const one = {
      ...common,
      topicData: [
        {
          topic: topic.name,
          partitions: sets.sets.map(set => ({ partition: set.partition, messages: [{ set }] })),
        },
      ],
    }
    const other = {
      ...common,
      topicData: [
        {
          topic: topic.name,
          partitions: sets.sets.map(({ partition }) => ({
            partition,
            messages: records
              .filter(({ key }) => partitionOfKey(Buffer.from(key), partitions) === partition)
              .map(({ key, value }) => ({ key, ...topic.codec.encodeOpen(value) })),
          })),
        },
      ],
    }
    const first = encodeSets(one, header, now, crc32c)
    const whole = Buffer.concat([first, ...(piecesBehind(first) ?? [])])
    deepEqual(whole, encodeProduce(other, header, now, crc32c), `SEED=${seed}, request ${run}`)
    sets.release()
  }
})

test('what is added may be written over at once: nothing of it is kept', () => {
  const sets = createRecordSets(topic, createRecordMemory(pieceBytes))
  const frame = Buffer.from('{"guid":"a"}')
  sets.add('a', frameOf(frame), frame)
  frame.fill(0)
  const [record] = (sets.sets[0]?.take() ?? []).flatMap(decodeRecords)
  equal(record?.key?.toString(), 'a')
  equal(topic.codec.decode(record?.value ?? Buffer.alloc(0)).frame.toString(), '{"guid":"a"}')
})

test('memory of a set that went into one request is used again, and the set refuses another', () => {
  const memory = createRecordMemory(pieceBytes)
  const [set, piece] = sent(memory, 1)
  equal(memory.used, 0)
  throws(() => set?.take(), /too late/)
  equal(sent(memory, 1)[1]?.buffer, piece?.buffer)
})

test('memory of a set that went into two requests is left alone: one may still lie in a socket', () => {
  const memory = createRecordMemory(pieceBytes)
  const [, piece] = sent(memory, 2)
  equal(memory.used, 0)
  notEqual(sent(memory, 1)[1]?.buffer, piece?.buffer)
  equal(piece?.buffer.byteLength, pieceBytes)
})

test("where kafkajs's own encoder is in place it gets every record by itself, in memory of its own", () => {
  const source = `
    import { topicsOf } from '@podpipe/schemas/topics.ts'
    import { messagesOf } from '../write/outgoing.ts'
    import { createRecordMemory } from './record-memory.ts'
    import { createRecordSets } from './record-set.ts'
    const topic = topicsOf({ prefix: 'pod', partitions: 1, services: ['message'] }).raw('message')
    const frame = Buffer.from('{"guid":"a"}')
    const value = ${JSON.stringify(frameOf(Buffer.alloc(0)))}
    const sets = createRecordSets(topic, createRecordMemory(4096))
    for (const key of ['a', 'b']) sets.add(key, { ...value, frame }, frame)
    const messages = messagesOf(sets.sets)
    for (const piece of sets.sets[0].take()) piece.fill(0)
    const read = ({ key, value, partition }) => [String(key), String(topic.codec.decode(value).frame), partition]
    console.log(JSON.stringify(messages.map(read)))`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', source], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
    env: { ...process.env, PODPIPE_KAFKAJS_ENCODER: 'plain' },
  })
  equal(
    stdout.trim() || stderr,
    JSON.stringify([
      ['a', '{"guid":"a"}', 0],
      ['b', '{"guid":"a"}', 0],
    ]),
  )
})

test('a key that has no room in its space is refused, not cut', () => {
  const sets = createRecordSets(topic, createRecordMemory(pieceBytes))
  throws(() => sets.add('k'.repeat(5_000), frameOf(Buffer.alloc(0)), Buffer.alloc(0)), /too long/)
})

/** A record that was in so many requests before its memory was given back. */
function sent(memory: ReturnType<typeof createRecordMemory>, requests: number) {
  const sets = createRecordSets(topic, memory)
  sets.add('a', frameOf(Buffer.alloc(10)), Buffer.alloc(10))
  equal(memory.used, pieceBytes)
  const [set] = sets.sets
  let piece: Buffer | undefined
  for (let each = 0; each < requests; each++) piece = set?.take()[0]
  sets.release()
  return [set, piece] as const
}
