// Whether Kafka answers. Those who read and write notice its absence each in their way, and some only after a while;
// whoever is on duty wants to know within seconds.

import { setTimeout as sleep } from 'node:timers/promises'
import { reasonOf } from '../errors.ts'

const interval = 3_000
const patience = 5_000

/**
 * Asks again and again until the signal fires.
 * @param ask any question to Kafka
 * @param tell called when it stops to answer, with the reason, and with undefined when it answers again
 */
export async function watchKafka(
  ask: () => Promise<unknown>,
  tell: (reason: string | undefined) => void,
  signal: AbortSignal,
): Promise<void> {
  let isAway = false
  while (!signal.aborted) {
    const reason = await answered(ask)
    if (signal.aborted) return
    if (reason !== undefined || isAway) tell(reason)
    isAway = reason !== undefined
    await sleep(interval, undefined, { signal }).catch(() => undefined)
  }
}

async function answered(ask: () => Promise<unknown>): Promise<string | undefined> {
  const timer = new AbortController()
  const tooLate = sleep(patience, `no answer within ${patience / 1_000} s`, { signal: timer.signal })
  try {
    return await Promise.race([
      ask().then(
        () => undefined,
        error => reasonOf(error),
      ),
      tooLate.catch(() => undefined),
    ])
  } finally {
    timer.abort()
  }
}
