// What a Proofpoint simulator has to offer: a feed for each type, made from a plan or from a file,
// and the news when all of it has been sent.

import { createEvents, type EventOptions, type EventType, eventTypes } from '../events/events.ts'
import { createPlan, type PlanShares, split } from '../events/plan.ts'
import { createFeed, type Feed } from './feed.ts'
import { readReplay } from './replay.ts'

export interface OfferingOptions extends Partial<PlanShares>, EventOptions {
  /** Frames in all (30 % message, 65 % maillog, 5 % audit) or for each type. Copies and junk count. Default 0. */
  events?: number | Partial<Record<EventType, number>>
  /** Default 1. */
  seed?: number
  /** Replay this file, one frame a line, in place of generated events; the shares then have no effect. */
  eventsFile?: string
  /** Put every line of the file into this type's stream; by default its shape decides. */
  eventsFileType?: EventType
  /**
   * Time of the first event of each type, milliseconds since 1970. By default such that the last one is now;
   * with a rate, the first one is. Give it to get the same bytes in every run of a seed.
   */
  firstEventAt?: number
  /** Milliseconds from one event's time to the next. Default 25, or what the rate makes it. */
  spacingMs?: number
  /** Frames a second for each session; 0 for as fast as the peer reads. Default 0. */
  rate?: number
}

export interface Offering {
  feeds: Readonly<Record<EventType, Feed>>
  /** Resolves when every slot of these types has been sent at least once. */
  finished(types: readonly EventType[]): Promise<void>
  /** A slot was sent: whoever waits for the end may be told. */
  progressed(): void
}

/**
 * Makes the feeds.
 * @param now milliseconds since 1970
 * @throws the error of the file system when eventsFile cannot be read
 */
export async function createOffering(options: OfferingOptions, now: number): Promise<Offering> {
  const feeds = options.eventsFile
    ? await replayed(options.eventsFile, options, now)
    : byType(type => generated(type, options, now))
  let waiting: { types: readonly EventType[]; resolve: () => void }[] = []
  const isFinished = (type: EventType) => feeds[type].sentSlots === feeds[type].length

  return {
    feeds,
    finished(types) {
      if (types.every(isFinished)) return Promise.resolve()
      return new Promise(resolve => {
        waiting.push({ types, resolve })
      })
    },
    progressed() {
      if (waiting.length === 0) return
      const done = waiting.filter(each => each.types.every(isFinished))
      waiting = waiting.filter(each => !done.includes(each))
      for (const each of done) each.resolve()
    },
  }
}

/** Makes one value for each type of event. */
export function byType<T>(make: (type: EventType) => T): Record<EventType, T> {
  return Object.fromEntries(eventTypes.map(type => [type, make(type)])) as Record<EventType, T>
}

async function replayed(file: string, options: OfferingOptions, now: number) {
  const sources = await readReplay(
    file,
    options.firstEventAt ?? now,
    options.eventsFileType,
    options.otherType,
  )
  return byType(type => createFeed(sources[type]))
}

function generated(type: EventType, options: OfferingOptions, now: number): Feed {
  const { events = 0, seed = 1, rate = 0, duplicates = 0, disorder = 0, junk = 0, noId = 0 } = options
  const length = (typeof events === 'number' ? split(events) : events)[type] ?? 0
  const spacingMs = options.spacingMs ?? (rate > 0 ? 1000 / rate : 25)
  const firstEventAt = options.firstEventAt ?? (rate > 0 ? now : Math.floor(now - length * spacingMs))
  const shares = { duplicates, disorder, junk, noId }
  const plan = createPlan(
    { ...shares, type, length, seed, firstEventAt, spacingMs },
    createEvents(seed, options),
  )
  return createFeed(plan)
}
