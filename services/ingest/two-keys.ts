// A stream with a second key for the archive: live and archive side by side.

import { pause } from './api-keys.ts'
import { createArchive } from './archive.ts'
import { dropExpired, nextHourAt, readyHour } from './coverage.ts'
import { createLive } from './live.ts'
import type { Parts } from './parts.ts'

/**
 * Runs until the signal fires.
 * @returns what waits until Kafka has every live frame
 */
export async function runWithTwoKeys(parts: Parts, signal: AbortSignal): Promise<() => Promise<void>> {
  const { progress, context } = parts
  const { clock } = context
  const live = createLive(parts)
  const archive = createArchive(parts)

  const fetchHours = async (): Promise<void> => {
    while (!signal.aborted) {
      progress.change(coverage => dropExpired(coverage, clock.now()))
      const ready = readyHour(progress.coverage, clock.now())
      if (ready !== undefined) {
        const wait = await archive.fetch(ready.hour, signal)
        await pause(wait, archive.hasNewKey, signal)
        continue
      }
      const look = new AbortController()
      const due = nextHourAt(progress.coverage) ?? Number.POSITIVE_INFINITY
      await Promise.race([clock.at(due, AbortSignal.any([signal, look.signal])), progress.changed()])
      look.abort()
    }
  }

  await Promise.all([live.run(signal, () => undefined), fetchHours()])
  return live.drained
}
