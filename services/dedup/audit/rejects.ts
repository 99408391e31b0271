// The rejects of each raw partition by the offset of their raw record. One partition holds the rejects of all, so it
// is read once; of each reject a number is kept.

import { nameOf, type TopicPartition } from '@podpipe/runtime/kafka/group/assigner.ts'
import type { Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { readRange } from '@podpipe/runtime/kafka/read/read-range.ts'
import type { Rejected } from '@podpipe/schemas/records.ts'
import type { Topic } from '@podpipe/schemas/topics.ts'

/** The rejects of one raw partition. */
export interface Rejects {
  /** Raw offsets, ascending, each once. */
  readonly offsets: readonly number[]
  /** Rejects beyond the first of a raw record: a transaction that was broken off may leave some. */
  readonly repeated: number
  /** Whether retention has deleted rejects, of whatever partition. */
  readonly isCut: boolean
  /** From this raw offset on none was deleted; Infinity where nobody can say. */
  readonly wholeFrom: number
}

/** Reads the rejected topic up to an offset. A reject that cannot be read is passed over; its block will miss it. */
export async function readRejects(
  fetcher: Fetcher,
  topic: Topic<Rejected>,
  to: number,
): Promise<{ of(raw: TopicPartition): Rejects }> {
  const place = { topic: topic.name, partition: 0 }
  const { start } = await fetcher.offsets(place)
  const found = new Map<string, number[]>()
  for await (const records of readRange(fetcher, place, start, to)) {
    for (const { value } of records) {
      const rejected = value === null ? undefined : decode(topic, value)
      if (rejected === undefined) continue
      const name = nameOf(rejected)
      const known = found.get(name)
      if (known === undefined) found.set(name, [rejected.offset])
      else known.push(rejected.offset)
    }
  }
  return { of: raw => rejectsOf(found.get(nameOf(raw)) ?? [], start > 0) }
}

/** Sorts offsets and takes each once. */
export function rejectsOf(offsets: readonly number[], isCut: boolean): Rejects {
  const sorted = [...offsets].sort((a, b) => a - b)
  const distinct = sorted.filter((offset, index) => offset !== sorted[index - 1])
  return {
    offsets: distinct,
    repeated: sorted.length - distinct.length,
    isCut,
    wholeFrom: isCut ? (distinct[0] ?? Number.POSITIVE_INFINITY) : 0,
  }
}

/** How many of ascending offsets lie before one. */
export function countBefore(offsets: readonly number[], end: number): number {
  let [low, high] = [0, offsets.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((offsets[middle] ?? 0) < end) low = middle + 1
    else high = middle
  }
  return low
}

function decode({ codec }: Topic<Rejected>, value: Buffer): Rejected | undefined {
  try {
    return codec.decode(value)
  } catch {
    return undefined
  }
}
