// Waiting for something to become true, and saying what was seen when it does not.

import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Polls until `look` returns something other than undefined.
 * @param patience milliseconds after which it is a failure: generous, since it is not what is tested
 */
export async function eventually<Value>(
  what: string,
  look: () => Value | undefined | Promise<Value | undefined>,
  patience = 60_000,
): Promise<Value> {
  const until = performance.now() + patience
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (performance.now() > until) throw new Error(`${what}: not within ${patience / 1000} s`)
    await sleep(25)
  }
}

/** Polls until a condition holds. */
export async function until(what: string, holds: () => boolean, patience?: number): Promise<void> {
  await eventually(what, () => (holds() ? true : undefined), patience)
}
