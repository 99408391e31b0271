// The end of the last transaction before a quiet time.
//
// Each transaction looks first whether the markers of the one before it are there (ends.ts). Behind the last one there is nobody who
// would: a marker that Kafka has lost would keep its events from all readers until the next record of the partition comes, which
// may take a night. So somebody looks once, when nothing has followed for a while.

import { type Ends, LostEndError } from './ends.ts'

export interface LastEnd {
  /** A transaction has been committed. */
  committed(): void
  /** Rejects when its markers do not come, with what `ends` says of it: the partition has to be taken over anew. */
  readonly lost: Promise<never>
  close(): void
}

const usualQuietMs = 5_000

/**
 * A look may still be on its way when the next transaction begins. It does no harm: both ask the same question, and what the next
 * one has written by then is waited for as well.
 * @param quietMs how long nothing has to follow a transaction until its end is looked for
 */
export function watchLastEnd(ends: Pick<Ends, 'stable'>, quietMs = usualQuietMs): LastEnd {
  const { promise: lost, reject } = Promise.withResolvers<never>()
  // Whoever does not listen does not need it.
  lost.catch(() => undefined)
  let timer: NodeJS.Timeout | undefined
  let isOver = false
  const look = async (): Promise<void> => {
    try {
      await ends.stable()
    } catch (error) {
      if (error instanceof LostEndError) reject(error)
      // Kafka is away. That is told elsewhere, and says nothing of the marker.
      else if (!isOver) later()
    }
  }
  const later = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => void look(), quietMs).unref()
  }
  return {
    committed: later,
    lost,
    close() {
      isOver = true
      clearTimeout(timer)
    },
  }
}
