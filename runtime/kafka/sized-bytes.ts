// Keys, values and names with their sizes, and the two forms in which Kafka's protocol puts a size in front of
// bytes: a short, or a variable-length number in zigzag. Pure.

/** Bytes to be written; a string is written as UTF-8. */
export interface SizedBytes {
  readonly bytes: Buffer | string
  /** -1 where there are none, which is not the same as empty. */
  readonly size: number
}

const none: SizedBytes = { bytes: '', size: -1 }

/** @param bytes a Buffer, a string, or nothing */
export function sized(bytes: unknown): SizedBytes {
  if (typeof bytes === 'string') return { bytes, size: Buffer.byteLength(bytes) }
  return Buffer.isBuffer(bytes) ? { bytes, size: bytes.length } : none
}

/** Size with a short in front. */
export const shortBytesSize = ({ size }: SizedBytes): number => 2 + Math.max(size, 0)

/** Writes a short and the bytes; returns where they end. */
export function putShortBytes(target: Buffer, at: number, { bytes, size }: SizedBytes): number {
  return putBytes(target, target.writeInt16BE(size, at), { bytes })
}

/** Size with a variable-length number in front. */
export const varBytesSize = ({ size }: Pick<SizedBytes, 'size'>): number =>
  varintSize(size) + Math.max(size, 0)

/** Writes a variable-length number and the bytes; returns where they end. */
export function putVarBytes(target: Buffer, at: number, { bytes, size }: SizedBytes): number {
  return putBytes(target, putVarint(target, at, size), { bytes })
}

/** Writes the bytes alone; returns where they end. */
export function putBytes(target: Buffer, at: number, { bytes }: Pick<SizedBytes, 'bytes'>): number {
  return at + (typeof bytes === 'string' ? target.write(bytes, at) : bytes.copy(target, at))
}

/** @param value a whole number below 2^52 on either side of zero */
export function varintSize(value: number): number {
  let size = 1
  for (let rest = zigzag(value); rest >= 0x80; rest = Math.floor(rest / 0x80)) size++
  return size
}

/** Writes a variable-length number; returns where it ends. */
export function putVarint(target: Buffer, at: number, value: number): number {
  let next = at
  let rest = zigzag(value)
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) target[next++] = (rest % 0x80) | 0x80
  target[next++] = rest
  return next
}

// Without shifts, which would cut at 32 bits.
const zigzag = (value: number): number => (value < 0 ? -2 * value - 1 : 2 * value)
