// CRC-64-AVRO, the fingerprint that names a schema in single-object encoding
// (Avro 1.11 specification, "Schema Fingerprints").

const empty = 0xc15d213aa4d7a795n

const table = Array.from({ length: 256 }, (_, byte) => {
  let value = BigInt(byte)
  for (let bit = 0; bit < 8; bit++) value = (value >> 1n) ^ (value & 1n ? empty : 0n)
  return value
})

/**
 * The 64-bit Rabin fingerprint of a schema.
 * @param canonical the schema in Parsing Canonical Form
 */
export function fingerprint(canonical: string): bigint {
  let value = empty
  for (const byte of Buffer.from(canonical)) {
    value = (value >> 8n) ^ (table[Number((value ^ BigInt(byte)) & 0xffn)] ?? 0n)
  }
  return value
}
