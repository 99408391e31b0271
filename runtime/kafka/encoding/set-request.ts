// A produce request of record sets: headers in new memory, and between them the records where they lie. Pure, but for
// the count that a set keeps of its requests.

import { frontSize, type ProduceRequest, putFront, type RequestHeader } from './produce-request.ts'
import { batchHeaderSize, checkedFrom, putBatchHeader, putChecksum } from './record-batch.ts'
import type { RecordSet } from './record-set.ts'
import { inPieces } from './request-pieces.ts'
import { putShortBytes, shortBytesSize } from './sized-bytes.ts'

/** CRC-32C of bytes, unsigned; `before` is that of what stands before them. */
export type Crc32c = (bytes: Uint8Array, before?: number) => number

/** Whether it is one: then it is one of nothing else. */
export const isOfSets = ({ topicData }: ProduceRequest): boolean =>
  topicData[0]?.partitions[0]?.messages[0]?.set !== undefined

/** Partition, and the size of its batch. */
const partitionFront = 8

/**
 * Encodes a request of one topic with a set for each partition, its length in front.
 * @param now milliseconds since 1970, the time of records that are given none
 * @throws Error for a set whose memory is given back, and for a transaction: nothing that is in one comes as a set
 */
export function encodeSets(
  request: ProduceRequest,
  header: RequestHeader,
  now: number,
  crc32c: Crc32c,
): Buffer {
  const [data, ...others] = request.topicData
  if (data === undefined || others.length > 0 || request.transactionalId != null || request.compression) {
    throw new Error(
      'Record sets go to one topic, without a transaction and not compressed: a fault of podpipe.',
    )
  }
  const { topic } = data
  const batches = data.partitions.map(({ partition, messages }) => ({ partition, ...only(messages) }))
  const headersSize =
    frontSize(request, header) +
    shortBytesSize(topic) +
    4 +
    batches.length * (partitionFront + batchHeaderSize)
  const size = batches.reduce((sum, { set }) => sum + set.bytes, headersSize)

  const headers = Buffer.allocUnsafe(headersSize)
  const pieces: Buffer[] = []
  let at = putFront(headers, size, request, header)
  at = putShortBytes(headers, at, topic)
  at = headers.writeInt32BE(batches.length, at)
  let from = 0
  for (const { partition, set, time } of batches) {
    const batchSize = batchHeaderSize + set.bytes
    at = headers.writeInt32BE(partition, at)
    const start = headers.writeInt32BE(batchSize, at)
    const stamp = time ?? now
    at = putBatchHeader(
      headers,
      start,
      { size: batchSize, firstSequence: 0, firstTimestamp: stamp, maxTimestamp: stamp, count: set.count },
      nobody,
    )
    const records = set.take()
    const checksum = records.reduce(
      (before, piece) => crc32c(piece, before),
      crc32c(headers.subarray(start + checkedFrom, at)),
    )
    putChecksum(headers, start, checksum)
    pieces.push(headers.subarray(from, at), ...records)
    from = at
  }
  const [first, ...rest] = pieces
  if (first === undefined || at !== headersSize)
    throw new Error('A request of record sets is not whole: a fault of podpipe.')
  return inPieces(first, rest)
}

const nobody = { id: -1n, epoch: 0, isTransactional: false }

function only(messages: ProduceRequest['topicData'][number]['partitions'][number]['messages']): {
  set: RecordSet
  time: number | undefined
} {
  const [message, ...others] = messages
  if (message?.set === undefined || others.length > 0) {
    throw new Error('A partition gets one record set of a request and nothing else: a fault of podpipe.')
  }
  const { set, timestamp } = message
  return { set, time: timestamp === undefined ? undefined : Number(timestamp) }
}
