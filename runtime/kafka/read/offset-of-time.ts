// Where a time lies in a partition whose records bear other times than those of their writing, for commands.
//
// Kafka's own look-up by time does not do there: it stops at the first batch with a late enough time, and that may be
// the mark of a transaction, which bears the time of its writing. Where the writer was behind by an hour, the marks
// among the records of ten o'clock are of eleven.

import { allEnded } from '../../all-ended.ts'
import type { KafkaClient } from '../client.ts'
import type { TopicPartition } from '../group/assigner.ts'
import type { RangeReader } from './fetcher.ts'
import { offsetsAtTime } from './offset-at-time.ts'

/** The first committed record at or behind an offset, as far as it matters here; undefined if there is none. */
export type Probe = (
  offset: number,
) => Promise<{ readonly offset: number; readonly timestamp: number } | undefined>

/** Bytes at once: the first record is all that is wanted. */
const ahead = 64 * 1024
const firstStep = 64

/**
 * The first offset behind which no committed record of `[low, high)` is older than a time; `high` if all are. The times
 * of the records grow with their offsets.
 * @param low an offset before which all are older; the nearer it is, the sooner this is known
 * @param time milliseconds since 1970
 */
export async function offsetOfTime(probe: Probe, low: number, high: number, time: number): Promise<number> {
  // All before `from` is older than the time, and nothing from `to` on.
  let [from, to] = [low, high]
  const isOlder = async (offset: number): Promise<boolean> => {
    const found = await probe(offset)
    if (found === undefined || found.timestamp >= time) return false
    from = Math.min(found.offset + 1, to)
    return true
  }
  let at = from
  for (let step = firstStep; at < to; step *= 2) {
    if (!(await isOlder(at))) {
      to = at
      break
    }
    at = from + step
  }
  while (from < to) {
    const middle = Math.floor((from + to) / 2)
    if (!(await isOlder(middle))) to = middle
  }
  return to
}

/**
 * The same for every partition of a topic: where its first committed record lies that is not older than a time; its end
 * where there is none. The times of the records of a partition must grow with their offsets.
 * @param time milliseconds since 1970
 * @returns offsets by partition
 */
export async function offsetsOfTime(
  client: Pick<KafkaClient, 'admin'>,
  fetcher: RangeReader,
  topic: string,
  time: number,
): Promise<number[]> {
  // Nothing before these is late enough, but what is behind may still be too old.
  const near = await offsetsAtTime(client, topic, time)
  // Side by side: each search waits for one answer after the other.
  return allEnded(
    near.map(async (low, partition) => {
      const place = { topic, partition }
      const { start, end } = await fetcher.offsets(place)
      return offsetOfTime(probeOf(fetcher, place, end), Math.max(low, start), end, time)
    }),
  )
}

/** Looks at a partition, up to its last stable offset as it is now. */
export function probeOf(fetcher: RangeReader, partition: TopicPartition, high: number): Probe {
  return async offset => {
    const reader = fetcher.open(partition, offset, ahead)
    try {
      for (let next = offset; next < high; ) {
        const { records, nextOffset } = await reader.take({ maxRecords: 1, wait: 0 })
        const [first] = records
        if (first !== undefined) return first.offset < high ? first : undefined
        next = nextOffset
      }
      return undefined
    } finally {
      reader.close()
    }
  }
}
