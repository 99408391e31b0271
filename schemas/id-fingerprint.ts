// The fingerprint under which an id is remembered: 96 bits of SipHash under a key that is drawn for each partition and
// kept in its ledger. Whoever crafts ids does not know the key, so nobody can make two ids look alike or crowd the
// table. Pure.

import { sipHash, wordsOf } from './sip-hash.ts'

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

/** What is kept of an id. */
export type TakeFingerprint = (cluster: string, service: string, id: Uint8Array) => Fingerprint

/** The same without an object: three words from `at` on, `first`, `second`, and `place` above `third`. */
export type WriteFingerprint = (
  cluster: string,
  service: string,
  id: Uint8Array,
  words: Int32Array,
  at: number,
) => void

/** @param key 16 random bytes, the same for the life of a ledger */
export function createFingerprints(key: Buffer): TakeFingerprint {
  const write = createFingerprintWriter(key)
  const words = new Int32Array(3)
  return (cluster, service, id) => {
    write(cluster, service, id, words, 0)
    const third = words[2] ?? 0
    return { place: third >>> 16, first: words[0] ?? 0, second: words[1] ?? 0, third: third & 0xffff }
  }
}

/** @param key as above */
export function createFingerprintWriter(key: Buffer): WriteFingerprint {
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
  return (cluster, service, id, words, at) => {
    if (cluster !== last.cluster || service !== last.service) {
      last = { cluster, service, key: keyOf(`${cluster}\0${service}`) }
    }
    sipHash(last.key, id, hash)
    words[at] = hash[0] ?? 0
    words[at + 1] = hash[1] ?? 0
    words[at + 2] = hash[2] ?? 0
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
