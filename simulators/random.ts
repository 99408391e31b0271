// A small seeded random source (sfc32). Every event and fault of the simulators draws from one,
// so that a seed repeats a run exactly.

export interface Random {
  /** The next 32 random bits, as an unsigned integer. */
  bits(): number
  /** A float, 0 <= x < 1. */
  next(): number
  /** An integer, 0 <= x < limit. */
  below(limit: number): number
  /** True with the given probability, 0 to 1. */
  chance(share: number): boolean
  /** One of the items, which must not be empty. */
  pick<T>(items: readonly T[]): T
  /** A string of `length` characters of the alphabet. */
  text(alphabet: string, length: number): string
}

/**
 * Makes a random source from up to three integers.
 * The state has 128 bits: with 32, ids of a few 100,000 events would start to collide.
 */
export function createRandom(seed: number, stream = 0, index = 0): Random {
  let a = seed | 0
  let b = stream | 0
  let c = index | 0
  let counter = 1

  function bits(): number {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    c |= 0
    return sum >>> 0
  }
  // The first outputs still show the seed; twelve rounds mix it through.
  for (let round = 0; round < 12; round++) bits()

  const next = () => bits() / 4294967296
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    bits,
    next,
    below,
    chance: share => next() < share,
    pick: <T>(items: readonly T[]) => items[below(items.length)] as T,
    text(alphabet, length) {
      let text = ''
      for (let i = 0; i < length; i++) text += alphabet[below(alphabet.length)]
      return text
    },
  }
}
