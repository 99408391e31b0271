// An Event read where it lies, as far as whoever sends it on needs it: whose it is, its times, and where its payload
// begins. No object, no text and no copy is made for what the record before had as well. What is not exactly as this
// version of podpipe writes it is left to the codec; event-in-place.test.ts holds the two against each other. Pure.

import { type Codec, headerLength, headerOf } from './codec.ts'
import { begin, originOf, position, readLong, skipBytes } from './in-place.ts'
import { type Event, eventCodec } from './records.ts'

/** The parts of an event that its sender needs; the payload is all of `source` from `payloadAt` on. */
export interface EventParts extends Pick<Event, 'cluster' | 'service' | 'event_time' | 'received_at'> {
  readonly source: Buffer
  readonly payloadAt: number
}

const header = headerOf(eventCodec.fingerprint)

/**
 * Reads a record as its codec does.
 * @throws Error as `codec.decode` does
 */
export function readParts(value: Buffer, codec: Codec<Event>): EventParts {
  const found = scanEvent(value, 0, value.length)
  if (found === undefined) return partsOf(codec.decode(value))
  const { cluster, service, event_time, received_at, payloadAt } = found
  return { cluster, service, event_time, received_at, source: value, payloadAt }
}

const partsOf = ({ cluster, service, event_time, received_at, payload }: Event): EventParts => ({
  cluster,
  service,
  event_time,
  received_at,
  source: Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength),
  payloadAt: 0,
})

/** What was found in a record. */
export class FoundEvent {
  cluster = ''
  service: Event['service'] = ''
  event_time: number | null = null
  received_at = 0
  /** The event's own time, or that of its receipt where it has none. */
  eventTime = 0
  payloadAt = 0
}

// One for all: it is used up before the next record is looked at.
const found = new FoundEvent()

/**
 * Reads the record that lies in `source` from `from` to `to`; its payload is the rest of it from `payloadAt` on.
 * @returns what is good until the next call; undefined for what is not exactly as this version of podpipe writes it
 */
export function scanEvent(source: Buffer, from: number, to: number): FoundEvent | undefined {
  if (!begin(source, header, from, to)) return undefined
  skipBytes(source)
  skipBytes(source)
  const originEnd = position
  skipBytes(source)
  const hasTime = readLong(source)
  const event_time = hasTime === 1 ? readLong(source) : null
  const received_at = readLong(source)
  // Where the raw frame lies.
  readLong(source)
  readLong(source)
  const payloadSize = readLong(source)
  const payloadAt = position
  // A position that was spoilt on the way is no number, and equal to nothing. One that ran beyond the record is not at its end.
  if ((hasTime !== 0 && hasTime !== 1) || payloadSize < 0 || payloadAt + payloadSize !== to) return undefined
  const { cluster, service } = originOf(source, from + headerLength, originEnd)
  found.cluster = cluster
  found.service = service
  found.event_time = event_time
  found.received_at = received_at
  found.eventTime = event_time ?? received_at
  found.payloadAt = payloadAt
  return found
}
