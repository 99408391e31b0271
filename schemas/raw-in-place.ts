// A RawFrame read where it lies, and the Event that comes of it written from where the frame has its bytes: what a
// decision asks for is a few numbers, and nearly all of an event is already in the frame as the event will have it. So
// nothing is made for a record that would have to wait, with thousands of others, for the end of a transaction. The
// codecs are the measure: raw-in-place.test.ts holds both ways against them. Pure.

import { type Codec, headerLength, headerOf } from './codec.ts'
import { begin, originOf, position, readLong, skipBytes } from './in-place.ts'
import { eventCodec, type Identity, type Mode, type RawFrame, rawFrameCodec } from './records.ts'

/** What there is to know of a frame before one looks into it. */
export type FrameFacts = Pick<RawFrame, 'cluster' | 'service' | 'mode' | 'identity' | 'event_time'>

const modes: readonly Mode[] = ['live', 'archive', 'reconcile']
const identities: readonly Identity[] = ['event_id', 'digest', 'unreadable']
const rawHeader = headerOf(rawFrameCodec.fingerprint)
const eventHeader = headerOf(eventCodec.fingerprint)

// Where the parts of the frame lie that was scanned last. Nothing waits between a scan and its use.
const found = { originEnd: 0, receivedAt: 0, receivedEnd: 0, timeAt: 0, frameAt: 0 }
let mode: Mode | undefined
let identity: Identity | undefined
let eventTime: number | null = null

/**
 * Reads a frame as its codec does, but for what is not asked for.
 * @throws Error as `codec.decode` does
 */
export function readFacts(value: Buffer, codec: Codec<RawFrame>): FrameFacts {
  if (!scan(value) || mode === undefined || identity === undefined) return codec.decode(value)
  const { cluster, service } = originOf(value, headerLength, found.originEnd)
  return { cluster, service, mode, identity, event_time: eventTime }
}

/**
 * The size of the Event that `putEvent` makes of a frame.
 * @returns undefined where only the codecs can do it
 */
export function eventSize(
  value: Buffer,
  id: Uint8Array,
  partition: number,
  offset: number,
): number | undefined {
  if (!scan(value)) return undefined
  const ofOrigin = found.originEnd - headerLength
  const ofId = longSize(id.length) + id.length
  const received = found.receivedEnd - found.receivedAt
  const rest = value.length - found.timeAt
  return headerLength + ofOrigin + ofId + received + longSize(partition) + longSize(offset) + rest
}

/**
 * Writes the Event of a frame that `eventSize` has measured.
 * @returns where it ends
 */
export function putEvent(
  target: Buffer,
  start: number,
  value: Buffer,
  id: Uint8Array,
  partition: number,
  offset: number,
): number {
  if (!scan(value)) throw new Error('A frame that could be measured cannot be read: a fault of podpipe.')
  let at = copy(target, start, eventHeader, 0, headerLength)
  at = copy(target, at, value, headerLength, found.originEnd)
  at = putLong(target, at, id.length)
  at = copy(target, at, id, 0, id.length)
  at = copy(target, at, value, found.timeAt, found.frameAt)
  at = copy(target, at, value, found.receivedAt, found.receivedEnd)
  at = putLong(target, at, partition)
  at = putLong(target, at, offset)
  return at + value.copy(target, at, found.frameAt)
}

/** Finds the parts of a frame; false for whatever is not exactly as this version of podpipe writes it. */
function scan(value: Buffer): boolean {
  if (!begin(value, rawHeader, 0, value.length)) return false
  skipBytes(value)
  skipBytes(value)
  found.originEnd = position
  skipBytes(value)
  readLong(value)
  found.receivedAt = position
  readLong(value)
  found.receivedEnd = position
  mode = modes[readLong(value)]
  identity = identities[readLong(value)]
  found.timeAt = position
  const hasTime = readLong(value)
  eventTime = hasTime === 1 ? readLong(value) : null
  found.frameAt = position
  skipBytes(value)
  const isKnown = mode !== undefined && identity !== undefined && (hasTime === 0 || hasTime === 1)
  return isKnown && position === value.length
}

function longSize(value: number): number {
  let size = 1
  for (let rest = value * 2; rest >= 0x80; rest = Math.floor(rest / 0x80)) size++
  return size
}

/** @param value at least 0 */
function putLong(target: Buffer, start: number, value: number): number {
  let at = start
  let rest = value * 2
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) target[at++] = (rest % 0x80) | 0x80
  target[at++] = rest
  return at
}

// Some bytes each: less than what it costs to ask for a copy.
function copy(target: Buffer, start: number, source: Uint8Array, from: number, to: number): number {
  let at = start
  for (let next = from; next < to; next++) target[at++] = source[next] ?? 0
  return at
}
