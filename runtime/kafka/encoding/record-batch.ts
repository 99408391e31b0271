// One partition's batch of a produce request: magic 2, not compressed, as kafkajs makes it. Pure.

import type { ProduceRecord } from './produce-request.ts'
import { putBytes, putVarBytes, putVarint, sizeOfBytes, varintSize, varSize } from './sized-bytes.ts'

export interface SizedBatch {
  readonly partition: number
  readonly firstSequence: number
  readonly firstTimestamp: number
  readonly maxTimestamp: number
  readonly messages: readonly ProduceRecord[]
  /** Of each record, all that stands behind the size itself. No object of its own: there are thousands. */
  readonly sizes: Float64Array
  /** Of all of the batch. */
  readonly size: number
  /** The time of records that have none of their own. */
  readonly now: number
}

/** Who writes, as the header of a batch says it. */
export interface Writer {
  readonly id: bigint
  readonly epoch: number
  readonly isTransactional: boolean
}

export const batchHeaderSize = 61
/** First offset, and the length itself, which does not count them. */
const beforeLength = 12
/** What the checksum is of begins behind it, so far from the start of a batch. */
export const checkedFrom = 21
const magic = 2
const transactional = 0x10

/** @param now milliseconds since 1970, the time of records that have none of their own */
export function sizeBatch(
  partition: number,
  firstSequence: number,
  messages: readonly ProduceRecord[],
  now: number,
): SizedBatch {
  const [earliest, latest] = extremes(messages)
  const firstTimestamp = Number(earliest ?? now)
  const maxTimestamp = Number(latest ?? now)
  const sizes = new Float64Array(messages.length)
  let size = batchHeaderSize
  // With a count of its own: what `entries` makes for each is as much as the record itself.
  let at = 0
  for (const message of messages) {
    const ofRecord = recordSize(message, at, timeOf(message, now) - firstTimestamp)
    sizes[at++] = ofRecord
    size += varintSize(ofRecord) + ofRecord
  }
  return { partition, firstSequence, firstTimestamp, maxTimestamp, messages, sizes, size, now }
}

/** The first and the last of the times as texts, and not as numbers: kafkajs sorts them so. */
function extremes(messages: readonly ProduceRecord[]): [unknown, unknown] {
  let [earliest, latest]: [unknown, unknown] = [undefined, undefined]
  for (const { timestamp } of messages) {
    if (timestamp == null || timestamp === latest) continue
    if (earliest === undefined || isBefore(timestamp, earliest)) earliest = timestamp
    if (latest === undefined || isBefore(latest, timestamp)) latest = timestamp
  }
  return [earliest, latest]
}

function isBefore(one: unknown, other: unknown): boolean {
  // Of the same length, as all times of this century have, they sort as the numbers do.
  if (hasThirteenDigits(one) && hasThirteenDigits(other)) return one < other
  return String(one) < String(other)
}

const hasThirteenDigits = (time: unknown): time is number =>
  typeof time === 'number' && time >= 1e12 && time < 1e13

// An empty timestamp, or the number 0, is none here; so kafkajs does it.
const timeOf = ({ timestamp }: ProduceRecord, now: number): number => Number(timestamp || now)

function recordSize(message: ProduceRecord, offsetDelta: number, timestampDelta: number): number {
  const { key, value, tail, headers } = message
  const valueSize = sizeOfBytes(value) + (tail === undefined ? 0 : sizeOfBytes(tail))
  let size =
    1 +
    varintSize(timestampDelta) +
    varintSize(offsetDelta) +
    varSize(sizeOfBytes(key)) +
    varSize(valueSize) +
    1
  if (headers === undefined) return size
  const parts = headerParts(headers)
  size += varintSize(parts.length / 2) - 1
  for (const part of parts) size += varSize(sizeOfBytes(part))
  return size
}

/** Names and values by turns. */
function headerParts(headers: unknown): unknown[] {
  return Object.entries(headers ?? {}).flatMap(([name, value]: [string, unknown]) =>
    (Array.isArray(value) ? value : [value]).flatMap(each => [name, each]),
  )
}

/** Writes a batch; returns where it ends. */
export function putBatch(
  target: Buffer,
  start: number,
  batch: SizedBatch,
  writer: Writer,
  crc32c: (bytes: Uint8Array) => number,
): number {
  const { firstTimestamp, messages, sizes, now } = batch
  let at = putBatchHeader(target, start, { ...batch, count: messages.length }, writer)
  let offsetDelta = 0
  for (const message of messages) {
    at = putVarint(target, at, sizes[offsetDelta] ?? 0)
    at = putRecord(target, at, message, offsetDelta++, timeOf(message, now) - firstTimestamp)
  }
  putChecksum(target, start, crc32c(target.subarray(start + checkedFrom, at)))
  return at
}

/** Writes all that stands before the records, but the checksum; returns where it ends. */
export function putBatchHeader(
  target: Buffer,
  start: number,
  batch: Pick<SizedBatch, 'size' | 'firstSequence' | 'firstTimestamp' | 'maxTimestamp'> & {
    readonly count: number
  },
  writer: Writer,
): number {
  let at = target.writeBigInt64BE(0n, start)
  at = target.writeInt32BE(batch.size - beforeLength, at)
  at = target.writeInt32BE(0, at)
  target.writeInt8(magic, at)
  at = target.writeInt16BE(writer.isTransactional ? transactional : 0, start + checkedFrom)
  at = target.writeInt32BE(batch.count - 1, at)
  at = target.writeBigInt64BE(BigInt(batch.firstTimestamp), at)
  at = target.writeBigInt64BE(BigInt(batch.maxTimestamp), at)
  at = target.writeBigInt64BE(writer.id, at)
  at = target.writeInt16BE(writer.epoch, at)
  at = target.writeInt32BE(batch.firstSequence, at)
  return target.writeInt32BE(batch.count, at)
}

/** @param checksum of the batch from `checkedFrom` on */
export function putChecksum(target: Buffer, start: number, checksum: number): void {
  target.writeUInt32BE(checksum, start + checkedFrom - 4)
}

function putRecord(
  target: Buffer,
  start: number,
  { key, value, tail, headers }: ProduceRecord,
  offsetDelta: number,
  timestampDelta: number,
): number {
  let at = target.writeInt8(0, start)
  at = putVarint(target, at, timestampDelta)
  at = putVarint(target, at, offsetDelta)
  at = putVarBytes(target, at, key)
  if (tail === undefined) at = putVarBytes(target, at, value)
  else {
    at = putVarint(target, at, sizeOfBytes(value) + sizeOfBytes(tail))
    at = putBytes(target, at, value)
    at = putBytes(target, at, tail)
  }
  if (headers === undefined) return putVarint(target, at, 0)
  const parts = headerParts(headers)
  at = putVarint(target, at, parts.length / 2)
  for (const part of parts) at = putVarBytes(target, at, part)
  return at
}
