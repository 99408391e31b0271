// The bound on the memory of remembered ids: over all partitions of a process, and of each by what its table can hold. At a bound dedup takes nothing more
// and says so; it never forgets an id early, since that would publish its copies.

import { setTimeout as sleep } from 'node:timers/promises'
import { nameOf, type TopicPartition } from '@podpipe/runtime/kafka/group/assigner.ts'
import type { Log } from '@podpipe/runtime/log.ts'
import type { Readiness, Trouble } from '@podpipe/runtime/readiness.ts'
import { mostSeenBytes } from './seen/store.ts'
import { noRoom, noRoomInTable } from './troubles.ts'

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
  const trouble = (): Trouble | undefined => {
    if (total() > maxBytes()) {
      return noRoom(
        `the remembered ids take ${Math.ceil(total() / mebibyte)} MiB, and dedup.max_memory allows ${Math.floor(maxBytes() / mebibyte)} MiB`,
      )
    }
    const largest = Math.max(0, ...noted.values())
    if (largest <= mostSeenBytes) return undefined
    return noRoomInTable(
      `the remembered ids of one partition take ${Math.ceil(largest / mebibyte)} MiB, and a table holds ${mostSeenBytes / mebibyte} MiB`,
    )
  }
  const tell = (found: Trouble): void => {
    readiness.set(part, found)
    log.error(
      { bytes: total(), max_bytes: maxBytes(), partitions: noted.size },
      `${found.cause}; dedup is ${found.symptom}. ${found.impact} ${found.action}`,
    )
  }
  return {
    note(place, bytes) {
      if (bytes === 0) noted.delete(nameOf(place))
      else noted.set(nameOf(place), bytes)
    },
    async room(signal) {
      const found = trouble()
      if (found === undefined) return
      if (waiting++ === 0) tell(found)
      try {
        // Room comes when another partition moves to another process, or forgets what its window has passed.
        while (trouble() !== undefined) await sleep(lookInterval, undefined, { signal })
      } finally {
        if (--waiting === 0) {
          readiness.set(part, undefined)
          if (trouble() === undefined) log.info({ bytes: total() }, 'there is room for more ids again')
        }
      }
    },
  }
}
