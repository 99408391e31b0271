// SipHash with 128 bits of output: Aumasson and Bernstein, "SipHash: a fast short-input PRF", and the authors' reference
// code for the longer output; 1 and 3 rounds, as the tables of Rust and Python have it. In AssemblyScript, which has
// numbers of 64 bits; compiled to sip-hash.wasm by `npm run docs`.

const lastRounds: u32 = 3
const hashBytes: i32 = 16
const out = memory.data(hashBytes, 8)

function both(low: u32, high: u32): u64 {
  return <u64>low | ((<u64>high) << 32)
}

/** Where the hash is written to, little-endian. */
export function hash(): usize {
  return out
}

/** Where the message is written to; behind it there is nothing but what it may grow by. */
export function message(): usize {
  return __heap_base
}

/**
 * Hashes the message.
 * @param low and high: the halves of the key. Of the memory behind the message 8 bytes are read.
 */
export function sip(low0: u32, high0: u32, low1: u32, high1: u32, length: u32): void {
  const k0 = both(low0, high0)
  const k1 = both(low1, high1)
  let v0 = k0 ^ both(0x70736575, 0x736f6d65)
  let v1 = k1 ^ both(0x6e646f6d, 0x646f7261) ^ 0xee
  let v2 = k0 ^ both(0x6e657261, 0x6c796765)
  let v3 = k1 ^ both(0x79746573, 0x74656462)
  // A round for each word of the message, of which the last one holds what is left and the length; then those that end
  // it, for each half of the output. All in one loop, since what is written twice is no faster and is read twice.
  const last = length >>> 3
  const firstHalf = last + 1
  const secondHalf = firstHalf + lastRounds
  const end = secondHalf + lastRounds
  for (let round: u32 = 0; round < end; round++) {
    let m: u64 = 0
    if (round <= last) m = load<u64>(__heap_base + ((<usize>round) << 3))
    if (round === last) {
      const rest: u64 = (1 << ((<u64>(length & 7)) << 3)) - 1
      m = (m & rest) | ((<u64>length) << 56)
    } else if (round === firstHalf) v2 ^= 0xee
    else if (round === secondHalf) {
      store<u64>(out, v0 ^ v1 ^ v2 ^ v3)
      v1 ^= 0xdd
    }
    v3 ^= m
    v0 += v1
    v1 = rotl(v1, 13) ^ v0
    v0 = rotl(v0, 32)
    v2 += v3
    v3 = rotl(v3, 16) ^ v2
    v0 += v3
    v3 = rotl(v3, 21) ^ v0
    v2 += v1
    v1 = rotl(v1, 17) ^ v2
    v2 = rotl(v2, 32)
    v0 ^= m
  }
  store<u64>(out, v0 ^ v1 ^ v2 ^ v3, 8)
}
