// Keys, values and names in the two forms in which Kafka's protocol puts a size in front of bytes: a short, or a
// variable-length number in zigzag. Pure.

/** Bytes that are put together where they are to stay, in a request, and nowhere before. */
export interface InPlace {
  readonly size: number
  /** Writes all of them; returns where they end. */
  put(target: Buffer, at: number): number
}

export const isInPlace = (bytes: unknown): bytes is InPlace =>
  typeof bytes === 'object' && bytes !== null && 'put' in bytes

/** How many bytes there are; a string is written as UTF-8. -1 where there are none, which is not the same as empty. */
export function sizeOfBytes(bytes: unknown): number {
  if (Buffer.isBuffer(bytes)) return bytes.length
  if (typeof bytes === 'string') return Buffer.byteLength(bytes)
  return isInPlace(bytes) ? bytes.size : -1
}

/** Size with a short in front. */
export const shortBytesSize = (bytes: unknown): number => 2 + Math.max(sizeOfBytes(bytes), 0)

/** Writes a short and the bytes; returns where they end. */
export function putShortBytes(target: Buffer, at: number, bytes: unknown): number {
  return putBytes(target, target.writeInt16BE(sizeOfBytes(bytes), at), bytes)
}

/** Size of so many bytes with a variable-length number in front. */
export const varSize = (size: number): number => varintSize(size) + Math.max(size, 0)

/** Writes a variable-length number and the bytes; returns where they end. */
export function putVarBytes(target: Buffer, at: number, bytes: unknown): number {
  return putBytes(target, putVarint(target, at, sizeOfBytes(bytes)), bytes)
}

/** Writes the bytes alone, if there are any; returns where they end. */
export function putBytes(target: Buffer, at: number, bytes: unknown): number {
  if (Buffer.isBuffer(bytes)) return at + bytes.copy(target, at)
  if (typeof bytes === 'string') return at + target.write(bytes, at)
  return isInPlace(bytes) ? bytes.put(target, at) : at
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
