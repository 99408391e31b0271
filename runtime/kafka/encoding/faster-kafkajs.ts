// Puts podpipe's encoder of produce requests and decoder of fetched batches in the place of kafkajs's own, which take
// most of the processor time of sending and reading. kafkajs has no public door to them, so five of its modules are
// replaced before whoever requires them is loaded: this file is imported first (kafkajs.ts, internals.ts). Where that
// cannot be done kafkajs keeps its own: slower, the same bytes. PODPIPE_KAFKAJS_ENCODER=plain lets it keep its own as
// well.

import { createRequire } from 'node:module'
import type { Log } from '../../log.ts'
import { type BatchSource, decodeBatch, isWhole } from './batch-decoder.ts'
import { encodeFetch, type FetchRequest } from './fetch-request.ts'
import { memory } from './memory.ts'
import { encodeProduce, type ProduceRequest, type RequestHeader } from './produce-request.ts'
import { type Crc32c, encodeSets, isOfSets } from './set-request.ts'

const require = createRequire(import.meta.url)

/** What kafkajs makes of a produce request. Versions 4 to 7 copy all of version 3's properties. */
interface ProtocolRequest extends Pick<RequestHeader, 'apiKey' | 'apiVersion'> {
  /** Ours: the whole request behind its header, or undefined where only `encode` can do it. */
  encodeWhole?(header: RequestHeader): Buffer | undefined
  /** Ours: called once it has been answered. */
  onAnswered?(): void
}

interface Connection {
  send(this: Connection, options: { readonly request: ProtocolRequest }): Promise<unknown>
}

interface FrameOptions extends Pick<RequestHeader, 'correlationId' | 'clientId'> {
  readonly request: ProtocolRequest
}

/** As much of kafkajs's Encoder as its connection asks for. */
interface EncodedFrame {
  readonly buffer: Buffer
  size(): number
}

interface Grouping<Message> {
  readonly topic: string
  readonly partitionMetadata: readonly unknown[]
  readonly messages: readonly Message[]
  partitioner(record: { topic: string; partitionMetadata: readonly unknown[]; message: Message }): number
}

const version = '2.2.4'
const modules = {
  produce: 'kafkajs/src/protocol/requests/produce/v3/request',
  fetch: 'kafkajs/src/protocol/requests/fetch/v11/request',
  frame: 'kafkajs/src/protocol/request',
  group: 'kafkajs/src/producer/groupMessagesPerPartition',
  batch: 'kafkajs/src/protocol/recordBatch/v0/decoder',
}
const connection = 'kafkajs/src/network/connection'
// Who keeps what it got of them for good.
const keepers = [
  connection,
  'kafkajs/src/producer/sendMessages',
  'kafkajs/src/protocol/requests/fetch/v4/decodeMessages',
]

/** Which encoder is in place, and why it is kafkajs's own. */
export type Placed = { readonly encoder: 'fast' } | { readonly encoder: 'plain'; readonly why: string }

/** What has come of it in this process. */
export const placed: Placed = place()

let told = false

/** Says once in a process when sending is slower than it could be. */
export function tellEncoder(log: Log): void {
  if (placed.encoder === 'fast' || told) return
  told = true
  log[isSwitchedOff() ? 'debug' : 'warn'](
    { reason: placed.why },
    "podpipe's encoder of Kafka records is not in use but kafkajs's own: the records are the same, but ingest and dedup need about twice the processor time; npm ci puts right what is missing",
  )
}

function place(): Placed {
  if (isSwitchedOff()) return { encoder: 'plain', why: 'PODPIPE_KAFKAJS_ENCODER is plain' }
  try {
    const found: string = require('kafkajs/package.json').version
    if (found !== version) return { encoder: 'plain', why: `kafkajs is ${found} and not ${version}` }
    if (keepers.some(path => require.cache[require.resolve(path)] !== undefined)) {
      return { encoder: 'plain', why: 'kafkajs was loaded before podpipe could put its encoder in place' }
    }
    const { crc32c }: { crc32c: Crc32c } = require('@node-rs/crc32')
    const { KafkaJSPartialMessageError } = require('kafkajs/src/errors')
    const cutOff = new KafkaJSPartialMessageError('The last batch of an answer is cut off.')
    replace(modules.batch, decodeFetched(require(modules.batch), cutOff))
    replace(modules.group, groupByPartition)
    replace(modules.frame, frameRequest(require(modules.frame)))
    replace(modules.fetch, fetchRequest(require(modules.fetch)))
    replace(modules.produce, produceRequest(require(modules.produce), crc32c))
    tellAnswered(require(connection).prototype)
    return { encoder: 'fast' }
  } catch (error) {
    return { encoder: 'plain', why: error instanceof Error ? error.message : String(error) }
  }
}

function isSwitchedOff(): boolean {
  return process.env.PODPIPE_KAFKAJS_ENCODER === 'plain'
}

function replace(path: string, exports: unknown): void {
  require(path)
  const module = require.cache[require.resolve(path)]
  if (module === undefined) throw new Error(`${path} cannot be replaced`)
  module.exports = exports
}

// kafkajs's request of version 3, which can encode itself whole as well.
function produceRequest(plain: (request: ProduceRequest) => ProtocolRequest, crc32c: Crc32c) {
  return (request: ProduceRequest): ProtocolRequest => {
    let sent: Buffer | undefined
    return {
      ...plain(request),
      encodeWhole(header) {
        if (isOfSets(request)) return encodeSets(request, header, Date.now(), crc32c)
        sent = encodeProduce(request, header, Date.now(), crc32c, memory.take)
        return sent
      },
      onAnswered() {
        if (sent !== undefined && request.acks !== 0) memory.give(sent)
      },
    }
  }
}

// What a broker of today is asked in, version 11, which can encode itself whole as well.
function fetchRequest(plain: (request: FetchRequest) => ProtocolRequest) {
  return (request: FetchRequest): ProtocolRequest => ({
    ...plain(request),
    encodeWhole: header => encodeFetch(request, header),
  })
}

// Whoever has answered a request has read all of it, so its memory is free. Where no answer comes, or one that tells of
// an error, a socket may still have to send it; then it is the collector's, who knows.
function tellAnswered(prototype: Connection): void {
  const { send } = prototype
  prototype.send = async function (options) {
    const answer = await send.call(this, options)
    options.request.onAnswered?.()
    return answer
  }
}

// kafkajs puts a header in front of what a request encodes, copying it twice; ours has it already.
function frameRequest(plain: (options: FrameOptions) => Promise<EncodedFrame>) {
  return async (options: FrameOptions): Promise<EncodedFrame> => {
    const { request, correlationId, clientId } = options
    const { apiKey, apiVersion } = request
    const buffer = request.encodeWhole?.({ apiKey, apiVersion, correlationId, clientId })
    return buffer === undefined ? plain(options) : { buffer, size: () => buffer.length }
  }
}

// kafkajs asks a batch for nothing but its records. That one is cut off it learns of an error, which is the same each time
// here: to note where it came from takes as long as to decode some ten records.
function decodeFetched(plain: (source: BatchSource) => Promise<{ records: unknown[] }>, cutOff: Error) {
  return async (source: BatchSource) => {
    if (!isWhole(source)) throw cutOff
    const records = decodeBatch(source)
    return records === undefined ? plain(source) : { records }
  }
}

// kafkajs copies a partition's list for every record that it adds.
function groupByPartition<Message>(grouping: Grouping<Message>): Record<number, Message[]> {
  const { topic, partitionMetadata, messages, partitioner } = grouping
  const groups: Record<number, Message[]> = {}
  if (partitionMetadata.length === 0) return groups
  for (const message of messages) {
    const partition = partitioner({ topic, partitionMetadata, message })
    groups[partition] ??= []
    groups[partition].push(message)
  }
  return groups
}
