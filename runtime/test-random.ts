// Random numbers that a printed seed brings back. Only tests import this file.

/** Mulberry32: small, and the same everywhere. At least 0, below 1. */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** The same, below a number of the caller's. */
export function randomBelow(seed: number): (below: number) => number {
  const random = randomFrom(seed)
  return below => random() * below
}

/** The same, whole numbers only. */
export function wholeBelow(seed: number): (below: number) => number {
  const random = randomBelow(seed)
  return below => Math.floor(random(below))
}
