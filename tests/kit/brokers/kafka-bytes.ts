// Kafka's wire, as far as a test has to write it. https://kafka.apache.org/protocol

export function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

/** A string, or none. */
export const text = (value: string | null): Buffer =>
  value === null ? int16(-1) : Buffer.concat([int16(value.length), Buffer.from(value)])

/** A request or an answer, with its length before it. */
export function framed(...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  return Buffer.concat([int32(body.length), body])
}
