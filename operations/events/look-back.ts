// Reads partitions from their ends towards their beginnings, the newest records first, within a bound of bytes.
//
// Kafka reads forwards only. So each partition is read window by window, each window before the one that was read last,
// and always of the partition whose looked-through part begins latest: what was handed out so far is then the newest
// there is, whatever the partitions hold.

import { allEnded } from '@podpipe/runtime/all-ended.ts'
import type { TopicPartition } from '@podpipe/runtime/kafka/group/assigner.ts'
import { closedBy } from '@podpipe/runtime/kafka/read/closed-by.ts'
import { OffsetGoneError } from '@podpipe/runtime/kafka/read/fetch-loop.ts'
import type { RangeReader } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { type KafkaRecord, sizeOf } from '@podpipe/runtime/kafka/read/record.ts'
import { afterLook, afterTooMuch, nextWindow, type Stretch, stretchOf } from './window.ts'

/** A part of a partition: `end` lies behind it. */
export interface Part extends TopicPartition {
  readonly start: number
  readonly end: number
}

/** A window that was looked through, its records in the order in which they lie. */
export interface Looked {
  readonly part: Part
  readonly records: readonly KafkaRecord[]
  readonly bytes: number
}

export interface LookBack {
  /** The next windows of one partition, or at first of several; none when all is looked through, or the bound reached. */
  next(): Promise<readonly Looked[]>
  /** What is still to be looked through of each part. */
  rest(): readonly Part[]
  /** All records that are newer than this have been handed out; -Infinity where nothing is left. */
  frontier(): number
  readonly bytes: number
}

/** A window may bring more only where it is a single record, which has its 16 MiB at most. */
const mostOfWindow = 8 * 1024 * 1024
const [ahead, atOnce] = [2 * 1024 * 1024, 1024 * 1024]
/** Partitions that are looked at side by side at first, where each has to be. */
const side = 4

/**
 * @param orderOf what makes a record newer than another one; it must not fall within a partition
 * @param mostBytes no further window is begun behind so many
 */
export function lookBack(
  fetcher: RangeReader,
  parts: readonly Part[],
  orderOf: (record: KafkaRecord) => number,
  { mostBytes, signal }: { readonly mostBytes: number; readonly signal: AbortSignal },
): LookBack {
  const places = parts.map(part => ({
    part,
    stretch: stretchOf(part.start, part.end),
    frontier: part.start < part.end ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY,
  }))
  let bytes = 0

  const look = async (place: (typeof places)[number]): Promise<Looked | undefined> => {
    const window = nextWindow(place.stretch)
    if (window === undefined) return undefined
    const found = await readWindow(fetcher, place.part, window, signal)
    if (found === undefined) return undefined
    if (found === 'gone') {
      // What retention has deleted meanwhile is older than all that is there.
      place.stretch = { ...place.stretch, end: place.stretch.start }
      place.frontier = Number.NEGATIVE_INFINITY
      return undefined
    }
    bytes += found.bytes
    if (found.isTooMuch) {
      place.stretch = afterTooMuch(place.stretch, found.covered, found.bytes)
      return undefined
    }
    place.stretch = afterLook(place.stretch, window.from, found.bytes)
    const [oldest] = found.records
    if (place.stretch.start >= place.stretch.end) place.frontier = Number.NEGATIVE_INFINITY
    else if (oldest !== undefined) place.frontier = Math.min(place.frontier, orderOf(oldest))
    return { part: place.part, records: found.records, bytes: found.bytes }
  }

  return {
    async next() {
      while (!signal.aborted && bytes < mostBytes) {
        const latest = Math.max(...places.map(({ frontier }) => frontier))
        if (latest === Number.NEGATIVE_INFINITY) return []
        const asked = places.filter(({ frontier }) => frontier === latest).slice(0, side)
        const looked = (await allEnded(asked.map(look))).filter(each => each !== undefined)
        if (looked.length > 0) return looked
      }
      return []
    },
    rest: () => places.map(({ part, stretch }) => ({ ...part, end: restEnd(stretch) })),
    frontier: () => Math.max(Number.NEGATIVE_INFINITY, ...places.map(({ frontier }) => frontier)),
    get bytes() {
      return bytes
    },
  }
}

const restEnd = ({ start, end }: Stretch): number => Math.max(start, end)

interface Read {
  readonly records: readonly KafkaRecord[]
  readonly bytes: number
  /** Offsets that the bytes are of. */
  readonly covered: number
  readonly isTooMuch: boolean
}

/** Undefined when the signal fired before all was read. */
async function readWindow(
  fetcher: RangeReader,
  place: TopicPartition,
  { from, to }: { readonly from: number; readonly to: number },
  signal: AbortSignal,
): Promise<Read | 'gone' | undefined> {
  const reader = closedBy(fetcher, signal).open(place, from, ahead, atOnce)
  const records: KafkaRecord[] = []
  let bytes = 0
  try {
    for (let next = from; next < to; ) {
      const taken = await reader.take({ maxRecords: 1_000, wait: 0 })
      next = taken.nextOffset
      for (const record of taken.records) {
        if (record.offset >= to) break
        records.push(record)
        bytes += sizeOf(record)
      }
      if (bytes > mostOfWindow && to - from > 1)
        return { records: [], bytes, covered: next - from, isTooMuch: true }
    }
    return { records, bytes, covered: to - from, isTooMuch: false }
  } catch (error) {
    // The reader that was closed under us is how looking ends.
    if (signal.aborted) return undefined
    if (error instanceof OffsetGoneError) return 'gone'
    throw error
  } finally {
    reader.close()
  }
}
