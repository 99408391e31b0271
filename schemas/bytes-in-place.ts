// Avro's `bytes` without a copy of their own: avsc makes one of all that it reads and writes, and an event is mostly
// one field of bytes. The two methods are inside avsc, which is pinned to 5.7.9; codec.test.ts holds what comes out
// against avsc's own.

import avro from 'avsc'

/** As much of avsc's cursor as is needed here. */
interface Tap {
  readonly buf: Buffer
  pos: number
  readLong(): number
  writeLong(value: number): void
  writeBytes(bytes: Buffer): void
}

// Beside the type and not in it, since avsc freezes its types. Nothing waits while a value is written.
let isLeaving = false
let left: Buffer = Buffer.alloc(0)

/**
 * The same as `withoutBytes`, for a value that is not only written but kept.
 * @param encode writes a value with one field of bytes
 * @returns what `encode` does, and the bytes
 */
export function leavingBytes(encode: () => Buffer): { readonly value: Buffer; readonly tail: Buffer } {
  return withoutBytes(() => ({ value: encode(), tail: left }))
}

/**
 * Lets bytes be announced by their length and not be written.
 * @param write writes a value with one field of bytes; what it returns is returned
 */
export function withoutBytes<Result>(write: () => Result): Result {
  isLeaving = true
  try {
    return write()
  } finally {
    isLeaving = false
  }
}

export class BytesInPlace extends avro.types.BytesType {
  /** The bytes where they lie. Beyond the end it leaves the cursor there, as avsc does, which is checked behind it. */
  _read(tap: Tap): Buffer | undefined {
    const length = tap.readLong()
    const from = tap.pos
    if (length < 0) {
      tap.pos = tap.buf.length + 1
      return undefined
    }
    tap.pos += length
    return tap.pos > tap.buf.length ? undefined : tap.buf.subarray(from, tap.pos)
  }

  _write(tap: Tap, value: unknown): void {
    if (!Buffer.isBuffer(value)) throw new TypeError(`Bytes must be in a Buffer, not in a ${typeof value}.`)
    if (isLeaving) {
      tap.writeLong(value.length)
      left = value
    } else tap.writeBytes(value)
  }
}
