// The bound on the memory of remembered ids, over all partitions of a process. At the bound dedup takes nothing more
// and says so; it never forgets an id early, since that would publish its copies.

import { setTimeout as sleep } from 'node:timers/promises'
import { nameOf, type TopicPartition } from '@podpipe/runtime/kafka/assigner.ts'
import type { Log } from '@podpipe/runtime/log.ts'
import type { Readiness } from '@podpipe/runtime/readiness.ts'
import { noRoom } from './troubles.ts'

export interface Ceiling {
  /** How much memory the ids of a partition take now, in bytes; 0 when it is gone. */
  note(place: TopicPartition, bytes: number): void
  /** Resolves when there is room; rejects with the signal's reason. */
  room(signal: AbortSignal): Promise<void>
}

const part = 'memory'
const lookInterval = 500
const mebibyte = 2 ** 20

/** @param maxBytes `dedup.max_memory`, as it is now */
export function createCeiling(maxBytes: () => number, log: Log, readiness: Readiness): Ceiling {
  const noted = new Map<string, number>()
  let waiting = 0
  const total = (): number => [...noted.values()].reduce((sum, bytes) => sum + bytes, 0)
  const tell = (): void => {
    const trouble = noRoom(
      `the remembered ids take ${Math.ceil(total() / mebibyte)} MiB, and dedup.max_memory allows ${Math.floor(maxBytes() / mebibyte)} MiB`,
    )
    readiness.set(part, trouble)
    log.error(
      { bytes: total(), max_bytes: maxBytes(), partitions: noted.size },
      `${trouble.cause}; dedup is ${trouble.symptom}. ${trouble.impact} ${trouble.action}`,
    )
  }
  return {
    note(place, bytes) {
      if (bytes === 0) noted.delete(nameOf(place))
      else noted.set(nameOf(place), bytes)
    },
    async room(signal) {
      if (total() <= maxBytes()) return
      if (waiting++ === 0) tell()
      try {
        // Room comes when another partition moves to another process, or forgets what its window has passed.
        while (total() > maxBytes()) await sleep(lookInterval, undefined, { signal })
      } finally {
        if (--waiting === 0) {
          readiness.set(part, undefined)
          if (total() <= maxBytes()) log.info({ bytes: total() }, 'there is room for more ids again')
        }
      }
    },
  }
}
