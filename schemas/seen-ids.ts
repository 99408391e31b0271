// The packed ids of a SeenBlock: 24 bytes each, so that recovery reads 24 bytes an event and not the event.

import type { Fingerprint } from './id-fingerprint.ts'

/** An accepted event as the ledger remembers it. */
export interface SeenId {
  readonly fingerprint: Fingerprint
  /** The event's own time in milliseconds since 1970; null where it has none. */
  readonly eventTime: number | null
  /** When the broker appended the raw record, in milliseconds since 1970. */
  readonly appendTime: number
}

/** Bytes of an id in a block. */
export const bytesPerSeenId = 24
// In this order: `place` 2 bytes, `first` and `second` 4 each, `third` 2, event time and append time 6 each.
const [firstAt, secondAt, thirdAt, eventAt, appendAt] = [2, 6, 10, 12, 18]
const latest = 2 ** 47 - 1
/** What stands for the time of an event that has none. */
export const noEventTime = -(2 ** 47)
const word = 2 ** 32

/**
 * An event time as the ledger can hold it: 48 bits of milliseconds reach beyond the year 6400 in both directions,
 * and what lies beyond is clamped. Compare event times only after this.
 */
export function ledgerTime(eventTime: number | null): number | null {
  return eventTime === null ? null : Math.min(latest, Math.max(noEventTime + 1, Math.trunc(eventTime)))
}

export function packSeenIds(ids: readonly SeenId[]): Buffer {
  const bytes = Buffer.allocUnsafe(ids.length * bytesPerSeenId)
  const view = viewOf(bytes)
  for (let id = 0; id < ids.length; id++) {
    const { fingerprint, eventTime, appendTime } = ids[id] as SeenId
    const at = id * bytesPerSeenId
    view.setUint16(at, fingerprint.place)
    view.setInt32(at + firstAt, fingerprint.first)
    view.setInt32(at + secondAt, fingerprint.second)
    view.setUint16(at + thirdAt, fingerprint.third)
    setTime(view, at + eventAt, ledgerTime(eventTime) ?? noEventTime)
    setTime(view, at + appendAt, appendTime)
  }
  return bytes
}

/** 48 bits with a sign. */
function setTime(view: DataView, at: number, time: number): void {
  if (time < noEventTime || time > latest) throw new RangeError(`${time} is no time that a ledger can hold.`)
  const high = Math.floor(time / word)
  view.setInt16(at, high)
  view.setUint32(at + 2, time - high * word)
}

const timeOf = (view: DataView, at: number): number => view.getInt16(at) * word + view.getUint32(at + 2)

/**
 * How many ids a block holds.
 * @throws RangeError when the bytes are not a whole number of ids
 */
export function countSeenIds(bytes: Buffer): number {
  if (bytes.length % bytesPerSeenId === 0) return bytes.length / bytesPerSeenId
  throw new RangeError(
    `A SeenBlock holds ${bytes.length} bytes of ids, which is no multiple of ${bytesPerSeenId}.`,
  )
}

/** The ids of a block for those who read millions: by the functions below, each by its number from 0 on. */
export function viewOf(bytes: Buffer): DataView {
  // Its methods are compiled into a loop, which a Buffer's are not.
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}
export const firstOf = (ids: DataView, id: number): number => ids.getInt32(id * bytesPerSeenId + firstAt)
export const secondOf = (ids: DataView, id: number): number => ids.getInt32(id * bytesPerSeenId + secondAt)
/** `place` above `third`. */
export const thirdOf = (ids: DataView, id: number): number =>
  (ids.getUint16(id * bytesPerSeenId) << 16) | ids.getUint16(id * bytesPerSeenId + thirdAt)
/** Milliseconds since 1970; `noEventTime` for none. */
export const eventTimeOf = (ids: DataView, id: number): number => timeOf(ids, id * bytesPerSeenId + eventAt)
/** Milliseconds since 1970. */
export const appendTimeOf = (ids: DataView, id: number): number => timeOf(ids, id * bytesPerSeenId + appendAt)

/**
 * Hands out the ids one by one.
 * @param take gets the same fingerprint object each time, with other numbers
 * @throws RangeError when the bytes are not a whole number of ids
 */
export function eachSeenId(
  bytes: Buffer,
  take: (fingerprint: Fingerprint, eventTime: number | null, appendTime: number) => void,
): void {
  const ids = viewOf(bytes)
  const fingerprint = { place: 0, first: 0, second: 0, third: 0 }
  const count = countSeenIds(bytes)
  for (let id = 0; id < count; id++) {
    const third = thirdOf(ids, id)
    fingerprint.place = third >>> 16
    fingerprint.first = firstOf(ids, id)
    fingerprint.second = secondOf(ids, id)
    fingerprint.third = third & 0xffff
    const eventTime = eventTimeOf(ids, id)
    take(fingerprint, eventTime === noEventTime ? null : eventTime, appendTimeOf(ids, id))
  }
}

/** The same ids in the order of their append times; those of one time stay as they are. */
export function sortSeenIds(bytes: Buffer): Buffer {
  const ids = viewOf(bytes)
  const count = countSeenIds(bytes)
  const order = Uint32Array.from({ length: count }, (_, id) => id).sort(
    (a, b) => appendTimeOf(ids, a) - appendTimeOf(ids, b),
  )
  const sorted = Buffer.allocUnsafe(bytes.length)
  order.forEach((from, to) => {
    bytes.copy(sorted, to * bytesPerSeenId, from * bytesPerSeenId, (from + 1) * bytesPerSeenId)
  })
  return sorted
}
