// How long to wait before trying again: full jitter, so that many processes do not come back together.

/** Bounds of a growing wait, in milliseconds. */
export interface BackoffBounds {
  readonly first: number
  readonly longest: number
}

/**
 * The wait before the next attempt in milliseconds: a random part of a bound that doubles with each failure.
 * At least a tenth of the bound, so that a failing peer is never hammered.
 * @param failures how many attempts have failed in a row, from 1
 * @param random from 0 up to 1
 */
export function backoff(failures: number, { first, longest }: BackoffBounds, random: number): number {
  const bound = Math.min(longest, first * 2 ** Math.min(failures - 1, 30))
  return Math.round(bound * (0.1 + 0.9 * random))
}
