// Whether what sinks lack can still come: an output that has committed everything sends nothing again.

import { type Offsets, recordsBetween, type Uncommitted } from '../brokers/uncommitted.ts'
import type { OutputName } from '../faults/delivery-plan.ts'

export interface LossWatch {
  /**
   * Of outputs whose sinks lack something, those that have committed for a while all that there was when the watch
   * began. It asks Kafka now and then; while Kafka does not answer, it names none.
   */
  lostBy(behind: readonly OutputName[]): Promise<OutputName[]>
}

const lookMs = 2_000
/** A sink may take its time to read what it has acknowledged. */
const patienceMs = 20_000

/** What is confirmed by acknowledgements may lie unread for as long as the sink likes. */
const isPatient = (output: OutputName): boolean => output === 'mute'

export function lossWatch(uncommitted: Uncommitted): LossWatch {
  let ends: Offsets | undefined
  let lookedAt = performance.now()
  const doneSince = new Map<OutputName, number>()
  return {
    async lostBy(behind) {
      const now = performance.now()
      if (now - lookedAt < lookMs) return []
      lookedAt = now
      for (const output of doneSince.keys()) if (!behind.includes(output)) doneSince.delete(output)
      try {
        ends ??= await uncommitted.ends()
        for (const output of behind) {
          if (isPatient(output)) continue
          const isDone = recordsBetween(await uncommitted.committed(output), ends) === 0
          if (!isDone) doneSince.delete(output)
          else if (!doneSince.has(output)) doneSince.set(output, now)
        }
      } catch {
        return []
      }
      return behind.filter(output => now - (doneSince.get(output) ?? now) > patienceMs)
    },
  }
}
