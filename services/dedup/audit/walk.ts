// Walks over the unique events of a partition and, for --deep, over its raw records beside them, in the order of raw
// offsets. Nothing is kept of what was passed but counts, and what --deep remembers.

import type { Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import type { KafkaRecord } from '@podpipe/runtime/kafka/read/record.ts'
import type { Event } from '@podpipe/schemas/records.ts'
import { type Cursor, decodedBy, openCursor, type Read } from '../cursor.ts'
import type { Places } from '../places.ts'
import { beyondFault, eventFault } from './account.ts'
import type { Ends, PartitionEnds } from './ends.ts'
import { fateFault, type Memory } from './fates.ts'
import { type Disagreement, disagreementAt, unreadableFault } from './fault.ts'
import { countBefore } from './rejects.ts'

export interface Walk {
  /** Raw offset of the first event that unique still has; to be asked before anything is passed. */
  firstEvent(): Promise<number | undefined>
  /**
   * Passes everything before a raw offset, and counts it.
   * @param isWhole whether every reject of these raw records is still there
   */
  to(offset: number, isWhole: boolean): Promise<Disagreement | Passed>
  /** Passes the events that are left, which a block has to account for. */
  rest(ledgerEnd: number, open: Ends['open']): Promise<Disagreement | undefined>
  close(): Promise<void>
}

export interface Passed {
  readonly unique: number
  /** undefined where raw is not read. */
  readonly raw: number | undefined
}

/**
 * Opens a walk.
 * @param options.rejects raw offsets, ascending
 * @param options.memory given for --deep: raw is read from where it begins
 */
export function openWalk(options: {
  fetcher: Fetcher
  places: Places
  starts: { readonly unique: number; readonly raw: number }
  ends: PartitionEnds
  rejects: readonly number[]
  memory: Memory | undefined
}): Walk {
  const { fetcher, places, starts, ends, rejects, memory } = options
  const { unique, raw } = places
  const events = openCursor(fetcher, unique, starts.unique, ends.unique, decodedBy(unique.codec))
  let frames: Cursor<KafkaRecord> | undefined
  let lastEvent: number | undefined
  let passedTo = 0

  const take = ({ record, value }: Read<Event>): Disagreement | undefined => {
    events.skip()
    const fault =
      typeof value === 'string'
        ? unreadableFault('an event', value)
        : eventFault(unique.partition, lastEvent, value)
    lastEvent = typeof value === 'string' ? lastEvent : value.raw_offset
    return disagreementAt(unique, record.offset, fault)
  }

  const checkFate = (
    offset: number,
    frame: KafkaRecord | undefined,
    event: Read<Event> | undefined,
    isWhole: boolean,
  ): Disagreement | undefined => {
    if (memory === undefined || frames === undefined) return undefined
    const fault = fateFault(
      {
        offset,
        frame,
        event:
          event === undefined || typeof event.value === 'string'
            ? undefined
            : { key: event.record.key?.toString(), value: event.value },
        isRejected: countBefore(rejects, offset + 1) > countBefore(rejects, offset),
      },
      isWhole,
      memory,
      raw.codec,
    )
    return event === undefined
      ? disagreementAt(raw, offset, fault)
      : disagreementAt(unique, event.record.offset, fault)
  }

  return {
    async firstEvent() {
      return rawOffsetOf(await events.peek())
    },
    async to(end, isWhole) {
      const passed = { unique: 0, raw: 0 }
      if (memory?.hasBegun) {
        frames ??= openCursor(fetcher, raw, Math.max(starts.raw, passedTo), ends.raw, record => record)
      }
      passedTo = end
      for (;;) {
        const [event, frame] = [await events.peek(), await frames?.peek()]
        // An event that cannot be read stands before everything, and is told at once.
        const eventAt = event === undefined ? end : (rawOffsetOf(event) ?? -1)
        const offset = Math.min(eventAt, frame?.offset ?? end)
        if (offset >= end)
          return { unique: passed.unique, raw: frames === undefined ? undefined : passed.raw }
        const [hasEvent, hasFrame] = [eventAt === offset, frame?.offset === offset]
        if (hasEvent) passed.unique++
        if (hasFrame) {
          frames?.skip()
          passed.raw++
        }
        const wrong =
          (event !== undefined && hasEvent ? take(event) : undefined) ??
          checkFate(offset, hasFrame ? frame : undefined, hasEvent ? event : undefined, isWhole)
        if (wrong !== undefined) return wrong
      }
    },
    async rest(ledgerEnd, open) {
      for (let event = await events.peek(); event !== undefined; event = await events.peek()) {
        const wrong = take(event)
        if (wrong !== undefined) return wrong
        const fault =
          typeof event.value === 'string' ? undefined : beyondFault(event.value, ledgerEnd, places.seen, open)
        if (fault !== undefined) return disagreementAt(unique, event.record.offset, fault)
      }
      return undefined
    },
    async close() {
      await Promise.all([events.close(), frames?.close()])
    },
  }
}

const rawOffsetOf = (event: Read<Event> | undefined): number | undefined =>
  event === undefined || typeof event.value === 'string' ? undefined : event.value.raw_offset
