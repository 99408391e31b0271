import { equal } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { sipHash, wordsOf } from './sip-hash.ts'

const counting = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, at) => at))
const key = counting(16)

const hashOf = (key: Buffer, bytes: Buffer): string => {
  const out = new Int32Array(4)
  sipHash(wordsOf(key), bytes, out)
  const hash = Buffer.alloc(16)
  for (const [at, word] of out.entries()) hash.writeInt32LE(word, at * 4)
  return hash.toString('hex')
}

/** The hash with integers of 64 bits, as the paper writes it. */
function plainHash(key: Buffer, bytes: Buffer, rounds: number, lastRounds: number): string {
  const cut = (value: bigint): bigint => BigInt.asUintN(64, value)
  const turn = (value: bigint, by: bigint): bigint => cut((value << by) | (value >> (64n - by)))
  const [k0, k1] = [key.readBigUInt64LE(0), key.readBigUInt64LE(8)]
  let [v0, v1] = [k0 ^ 0x736f6d6570736575n, k1 ^ 0x646f72616e646f6dn ^ 0xeen]
  let [v2, v3] = [k0 ^ 0x6c7967656e657261n, k1 ^ 0x7465646279746573n]
  const mix = (times: number): void => {
    for (let round = 0; round < times; round++) {
      v0 = cut(v0 + v1)
      v1 = turn(v1, 13n) ^ v0
      v0 = turn(v0, 32n)
      v2 = cut(v2 + v3)
      v3 = turn(v3, 16n) ^ v2
      v0 = cut(v0 + v3)
      v3 = turn(v3, 21n) ^ v0
      v2 = cut(v2 + v1)
      v1 = turn(v1, 17n) ^ v2
      v2 = turn(v2, 32n)
    }
  }
  const padded = Buffer.concat([bytes, Buffer.alloc(8 - (bytes.length % 8))])
  padded[padded.length - 1] = bytes.length & 0xff
  for (let at = 0; at < padded.length; at += 8) {
    const word = padded.readBigUInt64LE(at)
    v3 ^= word
    mix(rounds)
    v0 ^= word
  }
  const hash = Buffer.alloc(16)
  v2 ^= 0xeen
  mix(lastRounds)
  hash.writeBigUInt64LE(v0 ^ v1 ^ v2 ^ v3, 0)
  v1 ^= 0xddn
  mix(lastRounds)
  hash.writeBigUInt64LE(v0 ^ v1 ^ v2 ^ v3, 8)
  return hash.toString('hex')
}

// The authors' test vectors for SipHash-2-4 with 128 bits: key 00 to 0f, message 00, 01, ... of this length.
for (const [length, expected] of [
  [0, 'a3817f04ba25a8e66df67214c7550293'],
  [1, 'da87c1d86b99af44347659119b22fc45'],
  [15, '5493e99933b0a8117e08ec0f97cfc3d9'],
  [63, '5150d1772f50834a503e069a973fbd7c'],
] as const) {
  test(`written plainly, SipHash-2-4 of ${length} bytes is that of its authors`, () => {
    equal(plainHash(key, counting(length), 2, 4), expected)
  })
}

test('the kernel does the same as what is written plainly, for any key and any length', () => {
  // At 64 KiB it needs more memory, and after that has room for what is shorter.
  for (const length of [...Array(300).keys(), 65_000, 66_000, 1_000_003, 36]) {
    const [key, bytes] = [randomBytes(16), randomBytes(length)]
    equal(hashOf(key, bytes), plainHash(key, bytes, 1, 3), `${key.toString('hex')} ${bytes.toString('hex')}`)
  }
})
