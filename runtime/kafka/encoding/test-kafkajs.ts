// kafkajs as podpipe runs it beside kafkajs as it was published, and random requests for both. Only tests import this file.

import { createRequire } from 'node:module'
import type { InternalMessage } from '../connection/internals.ts'
// Puts our encoder and decoder in the place of kafkajs's.
import './faster-kafkajs.ts'
import type { ProduceRequest } from './produce-request.ts'

const require = createRequire(import.meta.url)

type CreateRequest = (options: object) => Promise<{ buffer: Buffer; size(): number }>
type MakeRequest = (request: ProduceRequest) => object

// kafkajs as podpipe runs it, and a second one as it was published: the modules that were replaced, and those
// that took hold of them, are loaded once more.
export const ours = load()
for (const path of Object.keys(require.cache)) if (path.includes('/kafkajs/src/')) delete require.cache[path]
export const plain = load()

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

export type Random = (below: number) => number

/** What random bytes are cut from: to draw each of them for itself would be most of the work. */
export const noise = Buffer.from(
  Array.from({ length: 65_536 }, (_, at) => Math.imul(at + 1, 0x9e37_79b1) >>> 24),
)

export const pick = <T>(random: Random, from: readonly T[]): T => from[random(from.length)] as T

export function randomRequest(random: Random): ProduceRequest {
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
