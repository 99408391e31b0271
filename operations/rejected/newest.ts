// The newest rejects, counted by reason, within bounds of bytes and of time: the topic keeps them for 30 days, and some
// are 16 MiB each.

import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import type { Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import type { KafkaRecord } from '@podpipe/runtime/kafka/read/record.ts'
import type { Redriven } from '@podpipe/schemas/records.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'
import { lookBack } from '../events/look-back.ts'
import { type Bounds, usualBounds } from '../events/newest.ts'
import { listedOf, type RejectList, RejectTally } from './listed.ts'
import { readNotes, settle } from './notes.ts'
import { isMeant, type RejectHead, type Selection } from './reject.ts'

/** Rejects as a console lists them: keys are only ever added. The counts are of those that were looked at. */
export interface RejectsPage extends RejectList {
  /** Goes on with older ones; null where all were looked at. */
  readonly older: number | null
  /** How many were looked at. */
  readonly looked: number
}

/** Heads that are held at once, at most: some 400 bytes each. */
const mostHeld = 100_000

/**
 * Reads from the end of the topic until a bound is reached.
 * @param options.before goes on where an earlier page ended
 * @param options.limit how many of the newest are named
 */
export async function newestRejects(
  { client, fetcher, topics }: { client: KafkaClient; fetcher: Fetcher; topics: Topics },
  selection: Selection,
  options: {
    readonly limit: number
    readonly before?: number
    readonly bounds?: Bounds
    readonly signal: AbortSignal
  },
): Promise<RejectsPage> {
  const { limit, before = Number.POSITIVE_INFINITY, bounds = usualBounds, signal } = options
  const notes = await readNotes(client, fetcher, topics)
  await settle(notes, fetcher, topics)
  const place = { topic: topics.rejected.name, partition: 0 }
  const { start, end } = await fetcher.offsets(place)
  const part = { ...place, start, end: Math.max(start, Math.min(end, before)) }
  const over = AbortSignal.any([signal, AbortSignal.timeout(bounds.ms)])
  const looking = lookBack(fetcher, [part], ({ offset }) => offset, { mostBytes: bounds.bytes, signal: over })
  const heads: RejectHead[] = []
  while (heads.length < mostHeld) {
    const looked = await looking.next()
    if (looked.length === 0) break
    for (const { records } of looked) {
      for (const record of records.toReversed()) {
        const head = headOf(record, topics, notes)
        if (head !== undefined) heads.push(head)
      }
    }
  }
  signal.throwIfAborted()
  const tally = new RejectTally(limit)
  for (const head of eachOnce(heads.reverse()))
    if (isMeant(head, selection, topics)) tally.add(listedOf(head, topics))
  const [rest] = looking.rest()
  return {
    ...tally.list(),
    older: rest !== undefined && rest.end > rest.start ? rest.end : null,
    looked: heads.length,
  }
}

/** Of a reject that was written twice, by a transaction that was broken off, the first counts. */
function* eachOnce(heads: readonly RejectHead[]): Generator<RejectHead> {
  const known = new Set<string>()
  for (const head of heads) {
    const name = `${head.topic}/${head.partition}/${head.origin}/${head.error}`
    if (known.has(name)) continue
    known.add(name)
    yield head
  }
}

function headOf(
  { offset, timestamp: time, value }: KafkaRecord,
  { rejected }: Topics,
  notes: ReadonlyMap<number, Redriven>,
): RejectHead | undefined {
  if (value === null) return undefined
  const { topic, partition, offset: origin, reason, error, bytes } = rejected.codec.decode(value)
  const note = notes.get(offset)
  return {
    offset,
    time,
    topic,
    partition,
    origin,
    reason,
    error,
    bytes: { length: bytes.length },
    ...(note !== undefined && { redriven: note.at }),
  }
}
