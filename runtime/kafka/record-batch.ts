// One partition's batch of a produce request: magic 2, not compressed, as kafkajs makes it. Pure.

import type { ProduceRecord } from './produce-request.ts'
import {
  putBytes,
  putVarBytes,
  putVarint,
  type SizedBytes,
  sized,
  varBytesSize,
  varintSize,
} from './sized-bytes.ts'

interface SizedRecord {
  readonly timestampDelta: number
  readonly key: SizedBytes
  readonly value: SizedBytes
  readonly tail: SizedBytes | undefined
  /** Names and values by turns. */
  readonly headers: readonly SizedBytes[]
  /** Of all that stands behind the size itself. */
  readonly size: number
}

export interface SizedBatch {
  readonly partition: number
  readonly firstSequence: number
  readonly firstTimestamp: bigint
  readonly maxTimestamp: bigint
  readonly records: readonly SizedRecord[]
  /** Of all of the batch. */
  readonly size: number
}

/** Who writes, as the header of a batch says it. */
export interface Writer {
  readonly id: bigint
  readonly epoch: number
  readonly isTransactional: boolean
}

const batchHeaderSize = 61
/** First offset, and the length itself, which does not count them. */
const beforeLength = 12
const beforeChecksum = 5
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
  const first = Number(earliest ?? now)
  const records = messages.map((message, at) => sizeRecord(message, at, first, now))
  return {
    partition,
    firstSequence,
    firstTimestamp: BigInt(first),
    maxTimestamp: BigInt(Number(latest ?? now)),
    records,
    size: records.reduce((sum, { size }) => sum + varintSize(size) + size, batchHeaderSize),
  }
}

/** The first and the last of the times as texts, and not as numbers: kafkajs sorts them so. */
function extremes(messages: readonly ProduceRecord[]): [unknown, unknown] {
  let [earliest, latest]: [unknown, unknown] = [undefined, undefined]
  for (const { timestamp } of messages) {
    if (timestamp == null) continue
    if (earliest === undefined || String(timestamp) < String(earliest)) earliest = timestamp
    if (latest === undefined || String(timestamp) > String(latest)) latest = timestamp
  }
  return [earliest, latest]
}

function sizeRecord(message: ProduceRecord, offsetDelta: number, first: number, now: number): SizedRecord {
  // An empty timestamp, or the number 0, is none here; so kafkajs does it.
  const timestampDelta = Number(message.timestamp || now) - first
  const key = sized(message.key)
  const value = sized(message.value)
  const tail = message.tail === undefined ? undefined : sized(message.tail)
  const valueSize = value.size + (tail?.size ?? 0)
  const headers = message.headers === undefined ? [] : sizeHeaders(message.headers)
  return {
    timestampDelta,
    key,
    value,
    tail,
    headers,
    size: headers.reduce(
      (sum, each) => sum + varBytesSize(each),
      1 +
        varintSize(timestampDelta) +
        varintSize(offsetDelta) +
        varBytesSize(key) +
        varBytesSize({ size: valueSize }) +
        varintSize(headers.length / 2),
    ),
  }
}

function sizeHeaders(headers: unknown): SizedBytes[] {
  return Object.entries(headers ?? {}).flatMap(([name, value]: [string, unknown]) =>
    (Array.isArray(value) ? value : [value]).flatMap(each => [sized(name), sized(each)]),
  )
}

/** Writes a batch; returns where it ends. */
export function putBatch(
  target: Buffer,
  start: number,
  { size, firstSequence, firstTimestamp, maxTimestamp, records }: SizedBatch,
  writer: Writer,
  crc32c: (bytes: Uint8Array) => number,
): number {
  let at = target.writeBigInt64BE(0n, start)
  at = target.writeInt32BE(size - beforeLength, at)
  at = target.writeInt32BE(0, at)
  at = target.writeInt8(magic, at)
  const checked = start + beforeLength + beforeChecksum + 4
  at = target.writeInt16BE(writer.isTransactional ? transactional : 0, checked)
  at = target.writeInt32BE(records.length - 1, at)
  at = target.writeBigInt64BE(firstTimestamp, at)
  at = target.writeBigInt64BE(maxTimestamp, at)
  at = target.writeBigInt64BE(writer.id, at)
  at = target.writeInt16BE(writer.epoch, at)
  at = target.writeInt32BE(firstSequence, at)
  at = target.writeInt32BE(records.length, at)
  for (const [offsetDelta, record] of records.entries()) at = putRecord(target, at, record, offsetDelta)
  target.writeUInt32BE(crc32c(target.subarray(checked, at)), start + beforeLength + beforeChecksum)
  return at
}

function putRecord(target: Buffer, start: number, record: SizedRecord, offsetDelta: number): number {
  let at = putVarint(target, start, record.size)
  at = target.writeInt8(0, at)
  at = putVarint(target, at, record.timestampDelta)
  at = putVarint(target, at, offsetDelta)
  at = putVarBytes(target, at, record.key)
  if (record.tail === undefined) at = putVarBytes(target, at, record.value)
  else {
    at = putVarint(target, at, record.value.size + record.tail.size)
    at = putBytes(target, at, record.value)
    at = putBytes(target, at, record.tail)
  }
  at = putVarint(target, at, record.headers.length / 2)
  for (const each of record.headers) at = putVarBytes(target, at, each)
  return at
}
