// Avro values to bytes and back, in single-object encoding: C3 01, the fingerprint of the writer's
// schema in 8 little-endian bytes, the body. So a record says itself which schema wrote it.

import { readFileSync } from 'node:fs'
import avro from 'avsc'
import { fingerprint } from './fingerprint.ts'

const marker = Buffer.from([0xc3, 0x01])
const headerLength = 10
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
   * Reads what this or an older schema wrote.
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
  const type = readType(file)
  const own = fingerprintOf(type)
  const header = Buffer.alloc(headerLength)
  marker.copy(header)
  header.writeBigUInt64LE(own, marker.length)
  const scratch = Buffer.alloc(usualLength)
  header.copy(scratch)

  const readers = new Map<bigint, (body: Buffer) => Value>([[own, body => type.fromBuffer(body)]])
  for (const earlier of older) {
    const writer = readType(earlier)
    const resolver = type.createResolver(writer)
    readers.set(fingerprintOf(writer), body => type.fromBuffer(body, resolver))
  }

  return {
    name: type.name ?? file,
    fingerprint: own,
    // avsc's toBuffer writes whatever has more than a kilobyte twice, and the header would cost one more copy.
    encode(value) {
      const end = type.encode(value, scratch, headerLength)
      if (end >= 0) return Buffer.from(scratch.subarray(0, end))
      // Below zero it says how many bytes were missing.
      const bytes = Buffer.allocUnsafe(scratch.length - end)
      header.copy(bytes)
      type.encode(value, bytes, headerLength)
      return bytes
    },
    decode(bytes) {
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      if (buffer.length < headerLength || !buffer.subarray(0, 2).equals(marker)) {
        throw new UnreadableRecordError(
          `These ${buffer.length} bytes are no ${type.name} in Avro single-object encoding: they do not start with C3 01 and a fingerprint.`,
        )
      }
      const writer = buffer.readBigUInt64LE(marker.length)
      const read = readers.get(writer)
      if (read === undefined) {
        throw new UnknownSchemaError(
          `The record was written with schema ${writer.toString(16)}, which this version of podpipe does not know as ${type.name}. A newer version wrote it: upgrade this service.`,
        )
      }
      try {
        return read(buffer.subarray(headerLength))
      } catch (error) {
        throw new UnreadableRecordError(
          `The record names the schema ${type.name} but does not follow it: ${error instanceof Error ? error.message : String(error)}.`,
        )
      }
    },
  }
}

function readType(file: string): avro.Type {
  return avro.Type.forSchema(JSON.parse(readFileSync(new URL(`./avro/${file}`, import.meta.url), 'utf8')))
}

// avsc's type.schema() is the Parsing Canonical Form once it is printed.
function fingerprintOf(type: avro.Type): bigint {
  return fingerprint(JSON.stringify(type.schema()))
}
