// The fingerprint under which an id is remembered: 96 bits of SipHash with 128 bits of output, under a key that is
// drawn for each partition and kept in its ledger. Whoever crafts ids does not know the key, so nobody can make
// two ids look alike or crowd the table. Algorithm: Aumasson and Bernstein, "SipHash: a fast short-input PRF", and
// the authors' reference code for the longer output; 1 and 3 rounds, as the tables of Rust and Python have. Pure.

/** 96 bits of an id, in numbers that V8 holds without an object of their own. */
export interface Fingerprint {
  /** 16 bits, which say with others where it lies in the table. */
  readonly place: number
  /** 32 bits, signed. */
  readonly first: number
  /** 32 bits, signed. */
  readonly second: number
  /** 16 bits. */
  readonly third: number
}

/** Bytes of a key. */
export const keyLength = 16

/** What is kept of an id. */
export type TakeFingerprint = (cluster: string, service: string, id: Uint8Array) => Fingerprint

/** @param key 16 random bytes, the same for the life of a ledger */
export function createFingerprints(key: Buffer): TakeFingerprint {
  const own = wordsOf(key)
  // The same id in two clusters or two services is two events: each pair has a key that follows from the ledger's.
  const keys = new Map<string, Int32Array>()
  const keyOf = (source: string): Int32Array => {
    const known = keys.get(source)
    if (known !== undefined) return known
    const made = new Int32Array(4)
    sipHash(own, Buffer.from(source), made)
    keys.set(source, made)
    return made
  }
  const hash = new Int32Array(4)
  // A partition's ids mostly come from one cluster, and to make a text of each pair takes as long as to hash the id.
  let last = { cluster: '', service: '', key: keyOf('\0') }
  return (cluster, service, id) => {
    if (cluster !== last.cluster || service !== last.service) {
      last = { cluster, service, key: keyOf(`${cluster}\0${service}`) }
    }
    sipHash(last.key, id, hash)
    const [first = 0, second = 0, third = 0] = hash
    return { place: third >>> 16, first, second, third: third & 0xffff }
  }
}

export function isSame(one: Fingerprint, other: Fingerprint): boolean {
  return (
    one.first === other.first &&
    one.second === other.second &&
    one.third === other.third &&
    one.place === other.place
  )
}

/** A key as the hash takes it: four little-endian words. */
export function wordsOf(key: Buffer): Int32Array {
  if (key.length !== keyLength) throw new RangeError(`A fingerprint key has 16 bytes, not ${key.length}.`)
  return Int32Array.from({ length: 4 }, (_, word) => key.readInt32LE(word * 4))
}

/**
 * SipHash with 128 bits of output. JavaScript has no fast integers of 64 bits, so each of the four is two of 32.
 * @param out receives the hash, four little-endian words
 * @param rounds for each word of the message
 * @param lastRounds for each half of the output
 */
export function sipHash(
  key: Int32Array,
  bytes: Uint8Array,
  out: Int32Array,
  rounds = 1,
  lastRounds = 3,
): void {
  const [k0 = 0, k1 = 0, k2 = 0, k3 = 0] = key
  let v0 = k0 ^ 0x70736575
  let v0h = k1 ^ 0x736f6d65
  let v1 = k2 ^ 0x6e646f6d ^ 0xee
  let v1h = k3 ^ 0x646f7261
  let v2 = k0 ^ 0x6e657261
  let v2h = k1 ^ 0x6c796765
  let v3 = k2 ^ 0x79746573
  let v3h = k3 ^ 0x74656462
  const { length } = bytes
  const last = length >>> 3
  // One turn for each word of the message, the last of which holds what is left and the length; then two turns
  // that end it, each with half of the output.
  for (let turn = 0; turn <= last + 2; turn++) {
    let m = 0
    let mh = 0
    if (turn < last) {
      const at = turn << 3
      m = word(bytes, at)
      mh = word(bytes, at + 4)
    } else if (turn === last) {
      mh = length << 24
      for (let at = last << 3, shift = 0; at < length; at++, shift += 8) {
        const byte = bytes[at] ?? 0
        if (shift < 32) m |= byte << shift
        else mh |= byte << (shift - 32)
      }
    } else if (turn === last + 1) v2 ^= 0xee
    else v1 ^= 0xdd
    v3 ^= m
    v3h ^= mh
    for (let round = turn > last ? lastRounds : rounds; round > 0; round--) {
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
    }
    v0 ^= m
    v0h ^= mh
    if (turn > last) {
      const at = (turn - last - 1) << 1
      out[at] = v0 ^ v1 ^ v2 ^ v3
      out[at + 1] = v0h ^ v1h ^ v2h ^ v3h
    }
  }
}

/** The bit that an addition of 32 bits has lost. Without a branch: half of the time it would be foreseen wrongly. */
const carry = (one: number, other: number, sum: number): number =>
  ((one & other) | ((one | other) & ~sum)) >>> 31

function word(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  )
}
