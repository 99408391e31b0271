// A record batch of a fetch response, magic 2 and not compressed, decoded in one pass. kafkajs makes some ten objects
// for a record, and long integers and texts of each number. Here it is one, of whole numbers: records wait by the
// thousand for their turn and for their transaction, and all of them that long is what V8's collector would copy. Pure.

import type { KafkaRecord } from '../read/record.ts'

/** The place in a response at which the next batch begins, as kafkajs hands it over. */
export interface BatchSource {
  readonly buffer: Buffer
  readonly offset: number
  forward(bytes: number): void
}

/** What all records of a batch share. */
export interface BatchContext {
  readonly producerId: string
  readonly inTransaction: boolean
  readonly isControl: boolean
}

class FetchedBatch implements BatchContext {
  // What the batch does not say of itself: whoever asked for it knows.
  topic = ''
  partition = -1
  readonly bytes: Buffer
  readonly firstOffset: number
  readonly firstTime: number
  /** The time of all its records where the broker sets it. */
  readonly appendedAt: number | undefined
  readonly producerId: string
  readonly inTransaction: boolean
  readonly isControl: boolean

  constructor(bytes: Buffer, start: number) {
    const attributes = bytes.readInt16BE(start + attributesAt)
    this.bytes = bytes
    this.firstOffset = number64(bytes, start)
    this.firstTime = number64(bytes, start + firstTimeAt)
    this.appendedAt = (attributes & appendTime) === 0 ? undefined : number64(bytes, start + latestTimeAt)
    this.producerId = String(bytes.readBigInt64BE(start + producerAt))
    this.inTransaction = (attributes & transactional) !== 0
    this.isControl = (attributes & control) !== 0
  }
}

/** A record where it lies in the answer to a fetch. Its key and its value are made when they are asked for. */
export class FetchedRecord implements KafkaRecord {
  private readonly batch: FetchedBatch
  private readonly offsetDelta: number
  private readonly timeDelta: number
  private readonly keyAt: number
  private readonly keySize: number
  private readonly valueAt: number
  private readonly valueSize: number

  /** @param keySize -1 for none, and so is `valueSize` */
  constructor(
    batch: FetchedBatch,
    offsetDelta: number,
    timeDelta: number,
    keyAt: number,
    keySize: number,
    valueAt: number,
    valueSize: number,
  ) {
    this.batch = batch
    this.offsetDelta = offsetDelta
    this.timeDelta = timeDelta
    this.keyAt = keyAt
    this.keySize = keySize
    this.valueAt = valueAt
    this.valueSize = valueSize
  }

  get context(): BatchContext {
    return this.batch
  }

  get topic(): string {
    return this.batch.topic
  }

  get partition(): number {
    return this.batch.partition
  }

  get offset(): number {
    return this.batch.firstOffset + this.offsetDelta
  }

  get timestamp(): number {
    return this.batch.appendedAt ?? this.batch.firstTime + this.timeDelta
  }

  get key(): Buffer | null {
    return partOf(this.batch.bytes, this.keyAt, this.keySize)
  }

  get value(): Buffer | null {
    return partOf(this.batch.bytes, this.valueAt, this.valueSize)
  }

  /** Where it lies, together with others. */
  get memory(): Buffer {
    return this.batch.bytes
  }

  /** Where in it the value lies. */
  get valueFrom(): number {
    return this.valueAt
  }

  get valueTo(): number {
    return this.valueAt + Math.max(this.valueSize, 0)
  }

  /** Bytes of key and value. */
  get size(): number {
    return Math.max(this.keySize, 0) + Math.max(this.valueSize, 0)
  }

  /** Says of all records of its batch where it was fetched. */
  placeBatch(topic: string, partition: number): void {
    this.batch.topic = topic
    this.batch.partition = partition
  }
}

const partOf = (bytes: Buffer, at: number, size: number): Buffer | null =>
  size < 0 ? null : bytes.subarray(at, at + size)

/** First offset, and the length itself. */
const frontSize = 12
const headerSize = 61
const [attributesAt, firstTimeAt, latestTimeAt, producerAt, countAt] = [21, 27, 35, 43, 57]
const compressionMask = 0x07
const [appendTime, transactional, control] = [0x08, 0x10, 0x20]

/** Where the last number that was read ends. */
let position = 0

/**
 * Decodes the next batch and moves the source behind it.
 * @returns undefined, and the source where it was, for what only kafkajs's own decoder can do: a compressed batch, or
 * one that has not come whole
 */
export function decodeBatch(source: BatchSource): FetchedRecord[] | undefined {
  const { buffer, offset: start } = source
  if (buffer.length - start < headerSize) return undefined
  const end = start + frontSize + buffer.readInt32BE(start + 8)
  const attributes = buffer.readInt16BE(start + attributesAt)
  if (end < start + headerSize || buffer.length < end || (attributes & compressionMask) !== 0)
    return undefined

  const batch = new FetchedBatch(buffer, start)
  const records: FetchedRecord[] = []
  position = start + headerSize
  for (let left = buffer.readInt32BE(start + countAt); left > 0; left--) records.push(nextRecord(batch, end))
  source.forward(end - start)
  return records
}

/** Whether all of the next batch is there: the last one of an answer is cut off as a rule. */
export const isWhole = ({ buffer, offset: start }: BatchSource): boolean =>
  buffer.length - start >= frontSize && buffer.length >= start + frontSize + buffer.readInt32BE(start + 8)

function nextRecord(batch: FetchedBatch, batchEnd: number): FetchedRecord {
  const { bytes } = batch
  const size = varint(bytes)
  const end = position + size
  // Behind its attributes, of which there are none yet.
  position++
  const timeDelta = varint(bytes)
  const offsetDelta = varint(bytes)
  const keySize = varint(bytes)
  const keyAt = position
  position += Math.max(keySize, 0)
  const valueSize = varint(bytes)
  const valueAt = position
  position += Math.max(valueSize, 0)
  if (end > batchEnd || position > end) {
    throw new RangeError(
      `Record ${batch.firstOffset + offsetDelta} of a fetched batch reaches beyond its end: what Kafka sent is damaged.`,
    )
  }
  // Headers are nobody's concern.
  position = end
  return new FetchedRecord(batch, offsetDelta, timeDelta, keyAt, keySize, valueAt, valueSize)
}

/** Keys and values of records that stand one behind the other, as in a batch behind its header, in new memory. */
export function decodeRecords(records: Buffer): Pick<KafkaRecord, 'key' | 'value'>[] {
  const decoded: Pick<KafkaRecord, 'key' | 'value'>[] = []
  const batch = new FetchedBatch(Buffer.concat([Buffer.alloc(headerSize), records]), 0)
  for (position = headerSize; position < batch.bytes.length; ) {
    decoded.push(nextRecord(batch, batch.bytes.length))
  }
  return decoded
}

// Offsets and times are far below 2^53.
const number64 = (buffer: Buffer, at: number): number =>
  buffer.readInt32BE(at) * 2 ** 32 + buffer.readUInt32BE(at + 4)

/** A number of variable length in zigzag. */
function varint(buffer: Buffer): number {
  let byte = buffer[position++] ?? 0
  if (byte < 0x80) return (byte >>> 1) ^ -(byte & 1)
  let low = byte & 0x7f
  for (let shift = 7; shift < 28; shift += 7) {
    byte = buffer[position++] ?? 0
    low |= (byte & 0x7f) << shift
    if (byte < 0x80) return (low >>> 1) ^ -(low & 1)
  }
  // Beyond 28 bits in floating point, which is exact as far as times and offsets reach.
  let value = low
  for (let factor = 2 ** 28; byte >= 0x80; factor *= 128) {
    byte = buffer[position++] ?? 0
    value += (byte & 0x7f) * factor
  }
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2
}
