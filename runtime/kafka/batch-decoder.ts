// A record batch of a fetch response, magic 2 and not compressed, decoded in one pass. kafkajs makes some ten objects
// for a record, and long integers and texts of each number; here it is one object, and keys and values stay where
// they are. Pure.

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
}

/** A record as kafkajs would have it, and its numbers as numbers. */
export interface DecodedRecord {
  readonly at: number
  readonly time: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly isControlRecord: boolean
  readonly batchContext: BatchContext
}

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
export function decodeBatch(source: BatchSource): DecodedRecord[] | undefined {
  const { buffer, offset: start } = source
  if (buffer.length - start < headerSize) return undefined
  const size = frontSize + buffer.readInt32BE(start + 8)
  const attributes = buffer.readInt16BE(start + attributesAt)
  if (size < headerSize || buffer.length - start < size || (attributes & compressionMask) !== 0)
    return undefined

  const firstOffset = number64(buffer, start)
  const firstTime = number64(buffer, start + firstTimeAt)
  const appendedAt = (attributes & appendTime) === 0 ? undefined : number64(buffer, start + latestTimeAt)
  const batchContext: BatchContext = {
    producerId: String(buffer.readBigInt64BE(start + producerAt)),
    inTransaction: (attributes & transactional) !== 0,
  }
  const isControlRecord = (attributes & control) !== 0
  const count = buffer.readInt32BE(start + countAt)
  const records: DecodedRecord[] = []
  position = start + headerSize
  for (let index = 0; index < count; index++) {
    const length = varint(buffer)
    const end = position + length
    position++
    const time = firstTime + varint(buffer)
    const at = firstOffset + varint(buffer)
    const key = varBytes(buffer)
    const value = varBytes(buffer)
    if (end > start + size || position > end) {
      throw new RangeError(
        `Record ${at} of a fetched batch reaches beyond its end: what Kafka sent is damaged.`,
      )
    }
    // Headers are nobody's concern.
    position = end
    records.push({ at, time: appendedAt ?? time, key, value, isControlRecord, batchContext })
  }
  source.forward(size)
  return records
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

function varBytes(buffer: Buffer): Buffer | null {
  const length = varint(buffer)
  if (length < 0) return null
  const from = position
  position += length
  return buffer.subarray(from, position)
}
