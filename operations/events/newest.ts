// The newest events of a stage that are asked for, within bounds of bytes and of time, whatever its topics hold.

import { allEnded } from '@podpipe/runtime/all-ended.ts'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import { nameOf } from '@podpipe/runtime/kafka/group/assigner.ts'
import type { Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { offsetsAtTime } from '@podpipe/runtime/kafka/read/offset-at-time.ts'
import { offsetOfTime, probeOf } from '@podpipe/runtime/kafka/read/offset-of-time.ts'
import type { KafkaRecord } from '@podpipe/runtime/kafka/read/record.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'
import {
  type AskedPlace,
  type EventsAsked,
  isInOrder,
  isMatch,
  isWanted,
  placesAsked,
  serviceOf,
} from './asked.ts'
import { cursorOf, type Offsets } from './cursor.ts'
import { type EventListed, listedOf, type Match, newestOf } from './listed.ts'
import { lookBack, type Part } from './look-back.ts'

/** Some of the events that are asked for, the newest first: keys are only ever added. */
export interface EventsPage {
  readonly events: readonly EventListed[]
  /** Goes on with older ones; null where everything was looked through. */
  readonly older: string | null
  /** Asks for what has come since. */
  readonly newer: string
  /** How many records and bytes were looked through for it. */
  readonly looked: { readonly records: number; readonly bytes: number }
  /** Whether it ended at one of its bounds, with fewer than were asked for. */
  readonly isCut: boolean
}

/** What a look may cost, at most: bytes of records, and milliseconds. */
export interface Bounds {
  readonly bytes: number
  readonly ms: number
}

/** As many as a person waits for. */
export const usualBounds: Bounds = { bytes: 64 * 1024 * 1024, ms: 3_000 }

export interface Kafka {
  readonly client: Pick<KafkaClient, 'admin'>
  readonly fetcher: Pick<Fetcher, 'open' | 'offsets' | 'edges'>
  readonly topics: Topics
}

/**
 * Reads from the ends of the partitions until there are enough, or a bound is reached.
 * @param options.before goes on where an earlier page ended (`older`)
 * @param options.since only what has come behind an earlier page (`newer`)
 * @param options.withContent whether the beginnings of events are told
 */
export async function newestEvents(
  { client, fetcher, topics }: Kafka,
  asked: EventsAsked,
  options: {
    readonly limit: number
    readonly before?: Offsets
    readonly since?: Offsets
    readonly withContent: boolean
    readonly bounds?: Bounds
    readonly signal: AbortSignal
  },
): Promise<EventsPage> {
  const { limit, before, since, withContent, bounds = usualBounds, signal } = options
  const places = placesAsked(asked, topics)
  const byName = new Map(places.map(place => [nameOf(place), place]))
  const whole = await partsOf({ client, fetcher }, places, asked)
  const parts = whole.map(part => ({
    ...part,
    start: Math.max(part.start, since?.get(nameOf(part)) ?? 0),
    end: Math.min(part.end, before?.get(nameOf(part)) ?? part.end),
  }))
  const orderOf = (record: KafkaRecord): number => (isInOrder(asked.stage) ? record.timestamp : record.offset)
  const over = AbortSignal.any([signal, AbortSignal.timeout(bounds.ms)])
  const looking = lookBack(fetcher, parts, orderOf, { mostBytes: bounds.bytes, signal: over })

  const matches: Match[] = []
  let records = 0
  const enough = (): boolean => {
    const frontier = looking.frontier()
    return matches.filter(({ order }) => order >= frontier).length >= limit
  }
  while (!enough()) {
    const looked = await looking.next()
    if (looked.length === 0) break
    for (const { part, records: found } of looked) {
      const place = byName.get(nameOf(part))
      if (place === undefined) continue
      records += found.length
      for (const record of found) {
        const listed = matchOf(record, place)
        if (listed !== undefined) matches.push({ order: orderOf(record), listed })
      }
    }
  }
  signal.throwIfAborted()
  const isCut = !enough() && looking.frontier() !== Number.NEGATIVE_INFINITY
  // At a bound what was found is told, though something newer may lie in what was not looked through.
  const page = newestOf(matches, limit, looking.rest(), isCut ? Number.NEGATIVE_INFINITY : looking.frontier())
  const isLeft = page.rest.some(({ start, end }) => start < end)
  return {
    events: page.events,
    older: isLeft ? cursorOf(page.rest.map(({ end, ...part }) => ({ ...part, offset: end }))) : null,
    newer: cursorOf(whole.map(({ end, ...part }) => ({ ...part, offset: end }))),
    looked: { records, bytes: looking.bytes },
    isCut,
  }

  function matchOf(record: KafkaRecord, place: AskedPlace): EventListed | undefined {
    if (!isWanted(asked, record)) return undefined
    const shown = place.show(record)
    if (!isMatch(asked, shown, topics)) return undefined
    return listedOf(asked.stage, place.service ?? serviceOf(shown, topics), shown, withContent)
  }
}

/** The parts of the partitions in which the times that are asked for can be. */
async function partsOf(
  { client, fetcher }: Pick<Kafka, 'client' | 'fetcher'>,
  places: readonly AskedPlace[],
  { stage, from, to }: EventsAsked,
): Promise<Part[]> {
  const [starts, ends] = await allEnded([fetcher.edges(places, 'start'), fetcher.edges(places, 'stable')])
  const near = async (time: number | undefined): Promise<ReadonlyMap<string, readonly number[]>> => {
    const topics = time === undefined ? [] : [...new Set(places.map(({ topic }) => topic))]
    const found = topics.map(async topic => [topic, await offsetsAtTime(client, topic, time ?? 0)] as const)
    return new Map(await allEnded(found))
  }
  const [nearFrom, nearTo] = await allEnded([near(from), near(isInOrder(stage) ? to : undefined)])
  return allEnded(
    places.map(async ({ topic, partition }, at): Promise<Part> => {
      const place = { topic, partition }
      const start = Math.max(starts?.[at] ?? 0, nearFrom?.get(topic)?.[partition] ?? 0)
      const end = ends?.[at] ?? 0
      const low = nearTo?.get(topic)?.[partition]
      // Kafka's own look-up is early where marks of transactions bear later times.
      const isLate = to !== undefined && low !== undefined && low < end
      const last = isLate
        ? await offsetOfTime(probeOf(fetcher, place, end), Math.max(low, start), end, to)
        : end
      return { ...place, start: Math.min(start, end), end: Math.max(Math.min(start, end), last) }
    }),
  )
}
