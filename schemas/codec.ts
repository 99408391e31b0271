// Avro values to bytes and back, in single-object encoding: C3 01, the fingerprint of the writer's
// schema in 8 little-endian bytes, the body. So a record says itself which schema wrote it.

import { readFileSync } from 'node:fs'
import avro from 'avsc'
import { BytesInPlace, leavingBytes, withoutBytes } from './bytes-in-place.ts'
import { fingerprint } from './fingerprint.ts'

const marker = Buffer.from([0xc3, 0x01])
/** Bytes that say which schema a value was written with. */
export const headerLength = 10
// Room for an event; larger values are measured in it and then written where they are to stay.
const usualLength = 64 * 1024

/** The bytes name a schema that this version of podpipe does not know: it is probably a newer one. */
export class UnknownSchemaError extends Error {
  override readonly name = 'UnknownSchemaError'
}

/** The bytes are not in single-object encoding, or end too early, or hold what the schema forbids. */
export class UnreadableRecordError extends Error {
  override readonly name = 'UnreadableRecordError'
}

/** Turns values of one schema into bytes and back. */
export interface Codec<Value> {
  readonly name: string
  /** The fingerprint that this codec writes. */
  readonly fingerprint: bigint
  /** @throws Error when a field is missing or of the wrong type: a fault of the program, not of the data */
  encode(value: Value): Buffer
  /**
   * Encodes a value whose last field is bytes, and leaves those where they are: the record is `value` and then `tail`.
   * @throws Error as `encode` does, and where the last field is not bytes
   */
  encodeOpen(value: Value): { readonly value: Buffer; readonly tail: Buffer }
  /**
   * Writes a value whose last field is bytes, all but those, to a place: the record is that and then the bytes.
   * @returns where it ends; below 0, by how many bytes the room behind the place was too small
   * @throws Error as `encodeOpen` does
   */
  encodeHead(value: Value, target: Buffer, at: number): number
  /**
   * Reads what this or an older schema wrote. Fields of bytes are parts of what was given: copy what is to outlive it.
   * @throws UnknownSchemaError for a fingerprint that is in no list
   * @throws UnreadableRecordError for bytes that are not such a record
   */
  decode(bytes: Uint8Array): Value
}

/**
 * Makes the codec of a schema in `avro/`.
 * @param older files of earlier versions of the schema that must still be readable
 */
export function createCodec<Value>(file: string, older: readonly string[] = []): Codec<Value> {
  const { type, bytes } = readType(file)
  const own = fingerprintOf(type)
  const header = headerOf(own)
  const scratch = Buffer.alloc(usualLength)
  header.copy(scratch)

  const readOwn = readerOf<Value>(type)
  const readers = new Map<bigint, Reader<Value>>()
  for (const earlier of older) {
    const writer = readType(earlier).type
    readers.set(fingerprintOf(writer), readerOf(type, type.createResolver(writer)))
  }
  const isOpen = endsInBytes(type, bytes)

  const encode = (value: Value): Buffer => {
    // avsc's toBuffer writes whatever has more than a kilobyte twice, and the header would cost one more copy.
    const end = type.encode(value, scratch, headerLength)
    if (end >= 0) return Buffer.from(scratch.subarray(0, end))
    // Below zero it says how many bytes were missing.
    const encoded = Buffer.allocUnsafe(scratch.length - end)
    header.copy(encoded)
    type.encode(value, encoded, headerLength)
    return encoded
  }

  const requireOpen = (): void => {
    if (!isOpen) throw new Error(`${type.name} does not end with its only field of bytes.`)
  }

  return {
    name: type.name ?? file,
    fingerprint: own,
    encode,
    encodeOpen(value) {
      requireOpen()
      return leavingBytes(() => encode(value))
    },
    encodeHead(value, target, at) {
      requireOpen()
      if (target.length < at + headerLength) return target.length - at - headerLength
      header.copy(target, at)
      return withoutBytes(() => type.encode(value, target, at + headerLength))
    },
    decode(record) {
      const buffer = Buffer.isBuffer(record)
        ? record
        : Buffer.from(record.buffer, record.byteOffset, record.byteLength)
      if (buffer.length < headerLength || buffer[0] !== header[0] || buffer[1] !== header[1]) {
        throw new UnreadableRecordError(
          `These ${buffer.length} bytes are no ${type.name} in Avro single-object encoding: they do not start with C3 01 and a fingerprint.`,
        )
      }
      const writer = (): bigint => buffer.readBigUInt64LE(marker.length)
      const isOwn = buffer.compare(header, 0, headerLength, 0, headerLength) === 0
      const read = isOwn ? readOwn : readers.get(writer())
      if (read === undefined) {
        throw new UnknownSchemaError(
          `The record was written with schema ${writer().toString(16)}, which this version of podpipe does not know as ${type.name}. A newer version wrote it: upgrade this service.`,
        )
      }
      try {
        return read(buffer)
      } catch (error) {
        throw new UnreadableRecordError(
          `The record names the schema ${type.name} but does not follow it: ${error instanceof Error ? error.message : String(error)}.`,
        )
      }
    },
  }
}

type Reader<Value> = (record: Buffer) => Value

function readerOf<Value>(type: avro.Type, resolver?: avro.Resolver): Reader<Value> {
  return record => {
    const { value, offset } = type.decode(record, headerLength, resolver)
    if (offset < 0) throw new Error('truncated buffer')
    if (offset < record.length) throw new Error('trailing data')
    return value
  }
}

/** What stands before a value of the schema with this fingerprint. */
export function headerOf(own: bigint): Buffer {
  const header = Buffer.alloc(headerLength)
  marker.copy(header)
  header.writeBigUInt64LE(own, marker.length)
  return header
}

/** Whether a schema's last field is bytes, and no other one is. */
function endsInBytes(type: avro.Type, bytes: BytesInPlace): boolean {
  return (
    type instanceof avro.types.RecordType &&
    type.fields.findIndex(each => each.type === bytes) === type.fields.length - 1
  )
}

function readType(file: string): { type: avro.Type; bytes: BytesInPlace } {
  const schema: avro.Schema = JSON.parse(readFileSync(new URL(`./avro/${file}`, import.meta.url), 'utf8'))
  const bytes = new BytesInPlace()
  const type = avro.Type.forSchema(schema, { typeHook: each => (each === 'bytes' ? bytes : undefined) })
  return { type, bytes }
}

// avsc's type.schema() is the Parsing Canonical Form once it is printed.
function fingerprintOf(type: avro.Type): bigint {
  return fingerprint(JSON.stringify(type.schema()))
}
