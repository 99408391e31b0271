// SipHash with 128 bits of output: Aumasson and Bernstein, "SipHash: a fast short-input PRF", and the authors' reference
// code for the longer output; 1 and 3 rounds, as the tables of Rust and Python have it. JavaScript has no fast integers
// of 64 bits, so each of the four words of its state is two of 32. Pure.

/** Bytes of a key. */
export const keyLength = 16

const lastRounds = 3

/** A key as the hash takes it: four little-endian words. */
export function wordsOf(key: Buffer): Int32Array {
  if (key.length !== keyLength) throw new RangeError(`A fingerprint key has 16 bytes, not ${key.length}.`)
  return Int32Array.from({ length: 4 }, (_, word) => key.readInt32LE(word * 4))
}

/** @param out receives the hash, four little-endian words */
export function sipHash(key: Int32Array, bytes: Uint8Array, out: Int32Array): void {
  const k0 = key[0] ?? 0
  const k1 = key[1] ?? 0
  const k2 = key[2] ?? 0
  const k3 = key[3] ?? 0
  let v0 = k0 ^ 0x70736575
  let v0h = k1 ^ 0x736f6d65
  let v1 = k2 ^ 0x6e646f6d ^ 0xee
  let v1h = k3 ^ 0x646f7261
  let v2 = k0 ^ 0x6e657261
  let v2h = k1 ^ 0x6c796765
  let v3 = k2 ^ 0x79746573
  let v3h = k3 ^ 0x74656462
  const { length } = bytes
  // A round for each word of the message, of which the last one holds what is left and the length; then those that end
  // it, for each half of the output. All in one loop, since what is written twice is no faster and is read twice.
  const last = length >>> 3
  const firstHalf = last + 1
  const secondHalf = firstHalf + lastRounds
  const end = secondHalf + lastRounds
  for (let round = 0; round < end; round++) {
    let m = 0
    let mh = 0
    if (round < last) {
      const at = round << 3
      m = word(bytes, at)
      mh = word(bytes, at + 4)
    } else if (round === last) {
      mh = length << 24
      for (let at = last << 3, shift = 0; at < length; at++, shift += 8) {
        const byte = bytes[at] ?? 0
        if (shift < 32) m |= byte << shift
        else mh |= byte << (shift - 32)
      }
    } else if (round === firstHalf) v2 ^= 0xee
    else if (round === secondHalf) {
      out[0] = v0 ^ v1 ^ v2 ^ v3
      out[1] = v0h ^ v1h ^ v2h ^ v3h
      v1 ^= 0xdd
    }
    v3 ^= m
    v3h ^= mh
    let low = (v0 + v1) | 0
    v0h = (v0h + v1h + carry(v0, v1, low)) | 0
    v0 = low
    let turned = (v1 << 13) | (v1h >>> 19)
    v1h = ((v1h << 13) | (v1 >>> 19)) ^ v0h
    v1 = turned ^ v0
    turned = v0
    v0 = v0h
    v0h = turned
    low = (v2 + v3) | 0
    v2h = (v2h + v3h + carry(v2, v3, low)) | 0
    v2 = low
    turned = (v3 << 16) | (v3h >>> 16)
    v3h = ((v3h << 16) | (v3 >>> 16)) ^ v2h
    v3 = turned ^ v2
    low = (v0 + v3) | 0
    v0h = (v0h + v3h + carry(v0, v3, low)) | 0
    v0 = low
    turned = (v3 << 21) | (v3h >>> 11)
    v3h = ((v3h << 21) | (v3 >>> 11)) ^ v0h
    v3 = turned ^ v0
    low = (v2 + v1) | 0
    v2h = (v2h + v1h + carry(v2, v1, low)) | 0
    v2 = low
    turned = (v1 << 17) | (v1h >>> 15)
    v1h = ((v1h << 17) | (v1 >>> 15)) ^ v2h
    v1 = turned ^ v2
    turned = v2
    v2 = v2h
    v2h = turned
    v0 ^= m
    v0h ^= mh
  }
  out[2] = v0 ^ v1 ^ v2 ^ v3
  out[3] = v0h ^ v1h ^ v2h ^ v3h
}

/** The bit that an addition of 32 bits has lost. Without a branch: half of the time it would be foreseen wrongly. */
const carry = (one: number, other: number, sum: number): number =>
  ((one & other) | ((one | other) & ~sum)) >>> 31

const word = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)
