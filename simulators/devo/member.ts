// Finds and unpacks one gzip member at the start of a buffer (RFC 1952). Pure.
// Node's own gunzip cannot be used: it swallows what follows a member, and here a plain line may follow.

import { crc32, inflateRawSync } from 'node:zlib'

export type Member =
  | { state: 'incomplete' }
  | { state: 'broken'; why: string }
  /** `length`: bytes of the member itself, header and trailer included. */
  | { state: 'whole'; data: Buffer; length: number }

const headerBytes = 10
const trailerBytes = 8
const flagNames = { headerCrc: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 }

/** Reads the member that begins at the first byte. */
export function readMember(bytes: Buffer): Member {
  if (bytes.length < headerBytes) return { state: 'incomplete' }
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 8)
    return { state: 'broken', why: 'no gzip header' }
  if (((bytes[3] ?? 0) & flagNames.reserved) !== 0)
    return { state: 'broken', why: 'reserved gzip flags are set' }
  const start = endOfHeader(bytes)
  if (start === undefined) return { state: 'incomplete' }
  const inflated = inflate(bytes.subarray(start))
  if (inflated === 'incomplete') return { state: 'incomplete' }
  if (inflated === 'broken') return { state: 'broken', why: 'the deflate stream is corrupt' }

  const trailer = start + inflated.consumed
  if (bytes.length < trailer + trailerBytes) return { state: 'incomplete' }
  const { data } = inflated
  if (bytes.readUInt32LE(trailer) !== crc32(data))
    return { state: 'broken', why: 'the CRC of the member is wrong' }
  if (bytes.readUInt32LE(trailer + 4) !== data.length >>> 0) {
    return { state: 'broken', why: 'the length of the member is wrong' }
  }
  return { state: 'whole', data, length: trailer + trailerBytes }
}

function endOfHeader(bytes: Buffer): number | undefined {
  const flags = bytes[3] ?? 0
  let at = headerBytes
  if (flags & flagNames.extra) {
    if (bytes.length < at + 2) return undefined
    at += 2 + bytes.readUInt16LE(at)
  }
  for (const flag of [flagNames.name, flagNames.comment]) {
    if (!(flags & flag)) continue
    const end = bytes.indexOf(0, at)
    if (end < 0) return undefined
    at = end + 1
  }
  if (flags & flagNames.headerCrc) at += 2
  return at <= bytes.length ? at : undefined
}

function inflate(bytes: Buffer): { data: Buffer; consumed: number } | 'incomplete' | 'broken' {
  try {
    // With `info` the engine tells how many bytes it took; the types of Node do not know of that form.
    const result = inflateRawSync(bytes, { info: true }) as unknown as {
      buffer: Buffer
      engine: { bytesWritten: number }
    }
    return { data: result.buffer, consumed: result.engine.bytesWritten }
  } catch (error) {
    // Z_BUF_ERROR means that the input ended before the stream did.
    return (error as NodeJS.ErrnoException).code === 'Z_BUF_ERROR' ? 'incomplete' : 'broken'
  }
}
