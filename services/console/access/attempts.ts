// How often somebody may fail to sign in: so many at once, and then one in a while. Memory is bounded. The clock is the caller's.

export interface Attempts {
  /**
   * Counts an attempt before its outcome is known, so that many at the same moment are no way around.
   * @returns how long to wait in milliseconds where it is one too many, which is not counted then
   */
  begin(key: string, now: number): number | undefined
  /** It was the right one after all: it does not count. */
  succeeded(key: string): void
}

export interface AttemptLimits {
  /** Failures that may come at once. */
  readonly burst: number
  /** Milliseconds after which one more may come. */
  readonly everyMs: number
  /** Keys that are remembered; what was used longest ago gives way. */
  readonly mostKeys: number
}

export function createAttempts({ burst, everyMs, mostKeys }: AttemptLimits): Attempts {
  // When what was used of a key is given back whole. A key without an entry has all of its attempts.
  const fullAt = new Map<string, number>()
  return {
    begin(key, now) {
      const used = Math.max(fullAt.get(key) ?? now, now) + everyMs
      const over = used - (now + burst * everyMs)
      if (over > 0) return over
      // Behind all others, as the one that was used last.
      fullAt.delete(key)
      fullAt.set(key, used)
      const [oldest] = fullAt.keys()
      if (fullAt.size > mostKeys && oldest !== undefined) fullAt.delete(oldest)
      return undefined
    },
    succeeded(key) {
      const used = fullAt.get(key)
      if (used !== undefined) fullAt.set(key, used - everyMs)
    },
  }
}
