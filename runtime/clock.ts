// The time of day as a parameter, so that tests can move it.

import { setTimeout as sleep } from 'node:timers/promises'

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Resolves at a time, or when the signal fires; never rejects. */
  at(time: number, signal: AbortSignal): Promise<void>
}

// Looked at again so often: a machine that slept, or whose time was set, is not waited for by the old time.
const look = 1_000

export const systemClock: Clock = {
  now: () => Date.now(),
  async at(time, signal) {
    while (!signal.aborted) {
      const left = time - Date.now()
      if (left <= 0) return
      await sleep(Math.min(left, look), undefined, { signal }).catch(() => undefined)
    }
  },
}
