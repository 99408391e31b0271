// A fetch request of kafkajs, version 11, encoded in one pass: sizes first, then every byte once into one buffer. kafkajs
// makes an encoder with a buffer of its own for each partition and topic, and copies one into the other. The bytes are the
// same. Pure.

import type { RequestHeader } from './produce-request.ts'
import { putShortBytes, shortBytesSize } from './sized-bytes.ts'

/** What kafkajs calls its encoder with. */
export interface FetchRequest {
  readonly replicaId: number
  readonly maxWaitTime: number
  readonly minBytes: number
  readonly maxBytes: number
  readonly isolationLevel: number
  readonly sessionId: number
  readonly sessionEpoch: number
  readonly rackId?: string
  /** To be left out of a fetch session (KIP-227). */
  readonly forgottenTopics: readonly unknown[]
  readonly topics: readonly {
    readonly topic: string
    readonly partitions: readonly {
      readonly partition: number
      /** A whole number as text. */
      readonly fetchOffset: string
      readonly maxBytes: number
    }[]
  }[]
}

/** Length, key and version of the request, and the number of its answer. */
const frontSize = 4 + 2 + 2 + 4
/** Numbers before the first topic, and the count of topics. */
const settingsSize = 4 + 4 + 4 + 4 + 1 + 4 + 4 + 4
const partitionSize = 4 + 4 + 8 + 8 + 4
const [anyLeaderEpoch, noLogStart] = [-1, -1n]

/**
 * Encodes a whole request, its length in front.
 * @returns undefined for what only kafkajs's own encoder can do: a request that takes topics out of a session
 */
export function encodeFetch(request: FetchRequest, header: RequestHeader): Buffer | undefined {
  const { topics, rackId = '' } = request
  if (request.forgottenTopics.length > 0) return undefined
  let size = frontSize + shortBytesSize(header.clientId) + settingsSize + 4 + shortBytesSize(rackId)
  for (const { topic, partitions } of topics)
    size += shortBytesSize(topic) + 4 + partitions.length * partitionSize
  const bytes = Buffer.allocUnsafe(size)

  let at = bytes.writeInt32BE(size - 4)
  at = bytes.writeInt16BE(header.apiKey, at)
  at = bytes.writeInt16BE(header.apiVersion, at)
  at = bytes.writeInt32BE(header.correlationId, at)
  at = putShortBytes(bytes, at, header.clientId)
  at = bytes.writeInt32BE(request.replicaId, at)
  at = bytes.writeInt32BE(request.maxWaitTime, at)
  at = bytes.writeInt32BE(request.minBytes, at)
  at = bytes.writeInt32BE(request.maxBytes, at)
  at = bytes.writeInt8(request.isolationLevel, at)
  at = bytes.writeInt32BE(request.sessionId, at)
  at = bytes.writeInt32BE(request.sessionEpoch, at)
  at = bytes.writeInt32BE(topics.length, at)
  for (const { topic, partitions } of topics) {
    at = putShortBytes(bytes, at, topic)
    at = bytes.writeInt32BE(partitions.length, at)
    for (const { partition, fetchOffset, maxBytes } of partitions) {
      at = bytes.writeInt32BE(partition, at)
      at = bytes.writeInt32BE(anyLeaderEpoch, at)
      at = bytes.writeBigInt64BE(BigInt(fetchOffset), at)
      at = bytes.writeBigInt64BE(noLogStart, at)
      at = bytes.writeInt32BE(maxBytes, at)
    }
  }
  // No forgotten topics.
  at = bytes.writeInt32BE(0, at)
  putShortBytes(bytes, at, rackId)
  return bytes
}
