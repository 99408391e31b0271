// Whether Kafka answers. Those who read and write notice its absence each in their way, and some only after a while;
// whoever is on duty wants to know within seconds.

import { setTimeout as sleep } from 'node:timers/promises'

/** Milliseconds between two questions, and after which one counts as not answered. */
export interface Pace {
  readonly interval: number
  readonly patience: number
}

const usual: Pace = { interval: 3_000, patience: 5_000 }

/**
 * Asks again and again until the signal fires.
 * @param ask any question to Kafka
 * @param tell called when it stops to answer, with the error, and with undefined when it answers again
 * @param pace other than the usual one in tests
 */
export async function watchKafka(
  ask: () => Promise<unknown>,
  tell: (error: unknown) => void,
  signal: AbortSignal,
  { interval, patience } = usual,
): Promise<void> {
  let isAway = false
  while (!signal.aborted) {
    const error = await answered(ask, patience)
    if (signal.aborted) return
    if (error !== undefined || isAway) tell(error)
    isAway = error !== undefined
    await sleep(interval, undefined, { signal }).catch(() => undefined)
  }
}

async function answered(ask: () => Promise<unknown>, patience: number): Promise<unknown> {
  const timer = new AbortController()
  const late = new Error(`no answer within ${patience / 1_000} s`)
  const tooLate = sleep(patience, late, { signal: timer.signal })
  try {
    return await Promise.race([
      ask().then(
        () => undefined,
        error => error ?? new Error('no answer'),
      ),
      tooLate.catch(() => undefined),
    ])
  } finally {
    timer.abort()
  }
}
