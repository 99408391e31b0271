// A produce request of kafkajs, versions 3 to 7, encoded in one pass: sizes first, then every byte once into one
// buffer. The bytes are those of kafkajs's own encoder, which copies each value about seven times and computes
// the checksum in JavaScript. Pure.

import { isOrdinary } from './ordinary-request.ts'
import { putBatch, type SizedBatch, sizeBatch } from './record-batch.ts'
import type { RecordSet } from './record-set.ts'
import { type InPlace, putShortBytes, shortBytesSize } from './sized-bytes.ts'

/** A record as kafkajs hands it to its encoder, which takes more types than podpipe uses. */
export interface ProduceRecord {
  readonly key?: unknown
  readonly value?: unknown
  /** Ours: bytes that follow the value and belong to it, so that nobody has to put the two together before. */
  readonly tail?: Buffer | InPlace
  readonly timestamp?: unknown
  readonly headers?: unknown
  /** Ours: records that are encoded already, in the place of this one. */
  readonly set?: RecordSet
}

/** What kafkajs calls its encoder with. */
export interface ProduceRequest {
  readonly acks: number
  readonly timeout: number
  readonly transactionalId?: string | null | undefined
  readonly producerId?: unknown
  readonly producerEpoch?: number | undefined
  readonly compression?: number | undefined
  readonly topicData: readonly {
    readonly topic: string
    readonly partitions: readonly {
      readonly partition: number
      readonly firstSequence?: number
      readonly messages: readonly ProduceRecord[]
    }[]
  }[]
}

/** The front of a request, the same for every kind of request. */
export interface RequestHeader {
  readonly apiKey: number
  readonly apiVersion: number
  readonly correlationId: number
  readonly clientId: string | null | undefined
}

interface SizedTopic {
  readonly name: string
  readonly batches: readonly SizedBatch[]
  readonly size: number
}

/** Beyond this kafkajs's arithmetic overflows. Brokers take a tenth of it. */
const largestRequest = 2 ** 30

/**
 * Encodes a whole request, its length in front.
 * @param now milliseconds since 1970, the time of records that have none of their own
 * @param crc32c CRC-32C of bytes, unsigned
 * @param allocate memory for the request, which need not be cleared
 * @returns undefined for what only kafkajs's own encoder can do: compression, and whatever is out of the ordinary
 */
export function encodeProduce(
  request: ProduceRequest,
  header: RequestHeader,
  now: number,
  crc32c: (bytes: Uint8Array) => number,
  allocate: (size: number) => Buffer = Buffer.allocUnsafe,
): Buffer | undefined {
  if (!isOrdinary(request)) return leaveToKafkajs(request)
  const topics = request.topicData.map(data => sizeTopic(data, now))
  const size = topics.reduce((sum, topic) => sum + topic.size, frontSize(request, header))
  if (size > largestRequest) return leaveToKafkajs(request)

  const bytes = allocate(size)
  let at = putFront(bytes, size, request, header)
  const writer = {
    id: BigInt(String(request.producerId ?? -1)),
    epoch: request.producerEpoch ?? 0,
    isTransactional: Boolean(request.transactionalId),
  }
  for (const { name, batches } of topics) {
    at = putShortBytes(bytes, at, name)
    at = bytes.writeInt32BE(batches.length, at)
    for (const batch of batches) {
      at = bytes.writeInt32BE(batch.partition, at)
      at = bytes.writeInt32BE(batch.size, at)
      at = putBatch(bytes, at, batch, writer, crc32c)
    }
  }
  // The buffer was not cleared: what is not written over would be other data of this process, sent to Kafka.
  if (at !== size) throw new Error(`A produce request of ${size} bytes took ${at}: a fault of podpipe.`)
  return bytes
}

/** Of what stands before the first topic. */
export const frontSize = ({ transactionalId }: ProduceRequest, { clientId }: RequestHeader): number =>
  12 + shortBytesSize(clientId) + shortBytesSize(transactionalId) + 10

/** Writes what stands before the first topic of a request of so many bytes; returns where it ends. */
export function putFront(
  target: Buffer,
  size: number,
  request: ProduceRequest,
  header: RequestHeader,
): number {
  let at = target.writeInt32BE(size - 4)
  at = target.writeInt16BE(header.apiKey, at)
  at = target.writeInt16BE(header.apiVersion, at)
  at = target.writeInt32BE(header.correlationId, at)
  at = putShortBytes(target, at, header.clientId)
  at = putShortBytes(target, at, request.transactionalId)
  at = target.writeInt16BE(request.acks, at)
  at = target.writeInt32BE(request.timeout, at)
  return target.writeInt32BE(request.topicData.length, at)
}

// kafkajs knows nothing of tails and would write the values without them.
function leaveToKafkajs({ topicData }: ProduceRequest): undefined {
  for (const { topic, partitions } of topicData) {
    if (partitions.some(({ messages }) => messages.some(({ tail }) => tail !== undefined))) {
      throw new Error(
        `Records for topic ${topic} have a tail and something that only kafkajs can encode: a fault of podpipe.`,
      )
    }
  }
  return undefined
}

function sizeTopic({ topic, partitions }: ProduceRequest['topicData'][number], now: number): SizedTopic {
  const batches = partitions.map(({ partition, firstSequence = 0, messages }) =>
    sizeBatch(partition, firstSequence, messages, now),
  )
  return {
    name: topic,
    batches,
    size: batches.reduce((sum, batch) => sum + 8 + batch.size, shortBytesSize(topic) + 4),
  }
}
