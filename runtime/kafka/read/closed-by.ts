// A fetcher whose readers end with a signal: one of them may wait for a Kafka that is away.

import type { RangeReader } from './fetcher.ts'

/** A `take` that waits, and every later one, throws the reason of the signal. */
export function closedBy(fetcher: RangeReader, signal: AbortSignal): RangeReader {
  return {
    offsets: fetcher.offsets,
    open(partition, from, ahead, atOnce, to) {
      const reader = fetcher.open(partition, from, ahead, atOnce, to)
      const close = (): void => reader.close(signal.reason)
      if (signal.aborted) close()
      else signal.addEventListener('abort', close, { once: true })
      return {
        ...reader,
        close(reason) {
          signal.removeEventListener('abort', close)
          reader.close(reason)
        },
      }
    },
  }
}
