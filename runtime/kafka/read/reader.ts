// What has been fetched of one partition and not yet been taken. The fetcher fills it, one loop empties it.

import { setTimeout as sleep } from 'node:timers/promises'
import type { TopicPartition } from '../group/assigner.ts'
import { type FetchedChunk, type KafkaRecord, sizeOf } from './record.ts'

/** Records of one partition, in order, with the offset at which to read on. */
export interface Taken {
  readonly records: readonly KafkaRecord[]
  readonly nextOffset: number
  /** Last stable offset when this was fetched; `end - nextOffset` is the lag. */
  readonly end: number
  /**
   * Says that nobody will look at these records again, nor at those taken before; their memory is used for others.
   * Who does not say so leaves it to the collector.
   */
  release(): void
}

export interface PartitionReader extends TopicPartition {
  /**
   * Waits for records, then a little longer for more of them, and takes what is there. It may take none and
   * still move on: over aborted records and transaction markers.
   * @param options.wait milliseconds to gather, once there is something
   * @throws OffsetGoneError when the offset is not in the topic; the reason given to `close`
   */
  take(options: { maxRecords: number; wait: number }): Promise<Taken>
  /** Stops reading. A `take` that waits, and every later one, throws the reason. */
  close(reason?: unknown): void
}

/** The reader as the fetcher sees it. */
export interface InternalReader extends PartitionReader {
  /** The offset to fetch next. */
  readonly position: number
  /** How much to ask for at once, in bytes. */
  readonly atOnce: number
  wantsMore(): boolean
  /** @param onReleased called when all records of the chunk have been taken and released */
  push(chunk: FetchedChunk, onReleased?: () => void): void
  fail(error: Error): void
}

/** How much is read ahead of a partition where nothing else is said, in bytes. */
const usualAhead = 2 * 1024 * 1024
// What one take hands out at most, unless a single record is larger: a batch has to fit into one request of
// 8 MiB once it is written on.
const takenBytesLimit = 7 * 1024 * 1024

/**
 * @param ahead how much is read ahead, in bytes; half of it is worth going on with
 * @param atOnce how much is asked for at once, in bytes; half of `ahead` if left out. More is fewer questions.
 * @param to the offset from which on nobody wants anything: whoever asked for that would wait until something comes there
 */
export function createReader(
  { topic, partition }: TopicPartition,
  from: number,
  onRoom: () => void,
  onClose: () => void,
  ahead: number = usualAhead,
  atOnce: number = ahead / 2,
  to: number = Number.POSITIVE_INFINITY,
): InternalReader {
  let position = from
  let end = from
  let buffered: KafkaRecord[] = []
  let bufferedBytes = 0
  // The chunks of which something is still to be taken.
  const chunks: { left: number; readonly onReleased: () => void }[] = []
  let ended: { reason: unknown } | undefined
  let moved = false
  let filled = Promise.withResolvers<void>()

  const wake = (): void => {
    filled.resolve()
    filled = Promise.withResolvers()
  }

  /** Takes so many records off the chunks, and brings what releases those of which they were the last. */
  const releaseOf = (count: number): (() => void) => {
    const emptied: (() => void)[] = []
    for (let left = count; left > 0; ) {
      const [chunk] = chunks
      if (chunk === undefined) break
      const taken = Math.min(left, chunk.left)
      chunk.left -= taken
      left -= taken
      if (chunk.left > 0) continue
      chunks.shift()
      emptied.push(chunk.onReleased)
    }
    return () => {
      for (const onReleased of emptied.splice(0)) onReleased()
    }
  }

  return {
    topic,
    partition,
    get position() {
      return position
    },
    atOnce,
    // There may be what is read ahead and half as much again, however much comes at once.
    wantsMore: () => ended === undefined && position < to && bufferedBytes + atOnce < 1.5 * ahead,
    push(chunk, onReleased = () => undefined) {
      if (ended !== undefined) return
      end = chunk.end
      if (chunk.nextOffset === position) return
      moved = true
      position = chunk.nextOffset
      bufferedBytes += chunk.bytes
      for (const record of chunk.records) buffered.push(record)
      if (chunk.records.length > 0) chunks.push({ left: chunk.records.length, onReleased })
      wake()
    },
    fail(error) {
      ended ??= { reason: error }
      wake()
    },
    async take({ maxRecords, wait }) {
      while (!moved && ended === undefined) await filled.promise
      const gather = buffered.length > 0 && buffered.length < maxRecords && bufferedBytes < ahead / 2
      if (gather && wait > 0 && ended === undefined) await sleep(wait)
      if (ended !== undefined) throw ended.reason

      const records = buffered.slice(0, countWithin(buffered, maxRecords, takenBytesLimit))
      buffered = buffered.slice(records.length)
      for (const record of records) bufferedBytes -= sizeOf(record)
      moved = buffered.length > 0
      onRoom()
      const release = releaseOf(records.length)
      return { records, nextOffset: buffered[0]?.offset ?? position, end, release }
    },
    close(reason = new Error(`The reader of ${topic}, partition ${partition}, was closed.`)) {
      ended ??= { reason }
      buffered = []
      onClose()
      wake()
    },
  }
}

/** How many of the first records stay within both limits; at least one. */
export function countWithin(records: readonly KafkaRecord[], maxRecords: number, maxBytes: number): number {
  let bytes = 0
  let count = 0
  for (const record of records) {
    bytes += sizeOf(record)
    if (count === maxRecords || (count > 0 && bytes > maxBytes)) break
    count++
  }
  return count
}
