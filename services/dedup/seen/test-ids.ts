// Ids drawn from a seed, and moments to remember them at. Only tests import this file.

import { randomFrom } from '@podpipe/runtime/test-random.ts'
import type { Fingerprint } from '@podpipe/schemas/id-fingerprint.ts'

export const noon = Date.UTC(2026, 0, 1, 12)
export const day = 86_400_000
export const never = { event: Number.NEGATIVE_INFINITY, append: Number.NEGATIVE_INFINITY }

/** 32 bits at a time. */
export const bitsFrom = (seed: number): (() => number) => {
  const random = randomFrom(seed)
  return () => (random() * 2 ** 32) | 0
}

export const draw = (random: () => number): Fingerprint => ({
  place: random() >>> 16,
  first: random(),
  second: random(),
  third: random() >>> 16,
})
