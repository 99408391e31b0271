// A stream with one key: live and archive take turns on it, since Proofpoint allows one session at a time.

import { createArchive } from './archive.ts'
import { dropExpired } from './coverage.ts'
import { createLive } from './live.ts'
import type { Parts } from './parts.ts'
import { nextStep, type Pace, type Step, type Turn } from './schedule.ts'

/**
 * Runs until the signal fires.
 * @returns what waits until Kafka has every live frame
 */
export async function runWithOneKey(
  parts: Parts,
  signal: AbortSignal,
  pace: Pace,
): Promise<() => Promise<void>> {
  const { progress, context } = parts
  const { clock } = context
  const live = createLive(parts)
  const archive = createArchive(parts)
  let turn: Turn = { kind: 'live', since: undefined }
  let archiveNotBefore = Number.NEGATIVE_INFINITY

  const step = (): Step => nextStep(progress.coverage, clock.now(), turn, archiveNotBefore, pace)

  /** Waits until it is no longer live's turn. What decides that changes when a session opens. */
  const untilArchive = async (opened: () => Promise<void>, over: AbortSignal): Promise<void> => {
    while (!over.aborted) {
      const next = step()
      if (next.kind === 'archive') return
      const look = new AbortController()
      const waits = AbortSignal.any([over, look.signal])
      await Promise.race([
        clock.at(next.until ?? Number.POSITIVE_INFINITY, waits),
        progress.changed(),
        opened(),
      ])
      look.abort()
    }
  }

  while (!signal.aborted) {
    progress.change(coverage => dropExpired(coverage, clock.now()))
    const next = step()
    const over = new AbortController()
    const both = AbortSignal.any([signal, over.signal])
    if (next.kind === 'archive') {
      turn = { kind: 'archive' }
      void clock.at(next.until ?? Number.POSITIVE_INFINITY, both).then(() => over.abort())
      const wait = await archive.fetch(next.hour, both)
      if (wait > 0) archiveNotBefore = clock.now() + wait
    } else {
      let opening = Promise.withResolvers<void>()
      turn = { kind: 'live', since: undefined }
      void untilArchive(() => opening.promise, both).then(() => over.abort())
      await live.run(both, () => {
        if (turn.kind === 'live' && turn.since === undefined) turn = { kind: 'live', since: clock.now() }
        opening.resolve()
        opening = Promise.withResolvers()
      })
    }
    over.abort()
  }
  return live.drained
}
