// Offsets on their way to the consumer group: the newest of each partition, sent together now and then.

import { reasonOf } from '../errors.ts'
import { nameOf, type TopicPartition } from '../kafka/group/assigner.ts'
import type { Log } from '../log.ts'

export interface DoneOffset extends TopicPartition {
  readonly offset: number
  /** Kept with it in Kafka. */
  readonly note: string
}

export interface Commits {
  /** Notes that everything below the offset is done. */
  note(partition: TopicPartition, offset: number, note?: string): void
  /** Forgets a partition that is no longer owned: a commit for it would move its new owner. */
  forget(partition: TopicPartition): void
  /** Sends what has been noted. Never throws: what could not be sent is kept for the next time. */
  flush(): Promise<void>
}

/** @param send commits to the group; may throw */
export function createCommits(send: (offsets: readonly DoneOffset[]) => Promise<void>, log: Log): Commits {
  const noted = new Map<string, DoneOffset>()
  let failing = false
  let sending: Promise<void> = Promise.resolve()
  let waiting: Promise<void> | undefined

  const flushNow = async (): Promise<void> => {
    if (noted.size === 0) return
    const offsets = [...noted.values()]
    try {
      await send(offsets)
      for (const entry of offsets) {
        // It may have moved on, or been forgotten, while the commit was on its way.
        if (noted.get(nameOf(entry)) === entry) noted.delete(nameOf(entry))
      }
      if (failing) log.info('offsets are committed again')
      failing = false
    } catch (error) {
      if (!failing) {
        log.warn({ reason: reasonOf(error) }, 'offsets could not be committed; they are kept and sent again')
      }
      failing = true
    }
  }

  return {
    note: (partition, offset, note = '') => void noted.set(nameOf(partition), { ...partition, offset, note }),
    forget: partition => void noted.delete(nameOf(partition)),
    // One waits behind the one that is on its way, and takes along all that is noted until it begins. Without
    // that they would pile up while Kafka is down, two a second, and a stop would wait for them all.
    flush: () =>
      (waiting ??= sending =
        sending.then(() => {
          waiting = undefined
          return flushNow()
        })),
  }
}
