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

const idLength = 24
const latest = 2 ** 47 - 1
const noTime = -(2 ** 47)
const word = 2 ** 32

/**
 * An event time as the ledger can hold it: 48 bits of milliseconds reach beyond the year 6400 in both directions,
 * and what lies beyond is clamped. Compare event times only after this.
 */
export function ledgerTime(eventTime: number | null): number | null {
  return eventTime === null ? null : Math.min(latest, Math.max(noTime + 1, Math.trunc(eventTime)))
}

export function packSeenIds(ids: readonly SeenId[]): Buffer {
  const bytes = Buffer.allocUnsafe(ids.length * idLength)
  let at = 0
  for (const { fingerprint, eventTime, appendTime } of ids) {
    at = bytes.writeUInt16BE(fingerprint.place, at)
    at = bytes.writeInt32BE(fingerprint.first, at)
    at = bytes.writeInt32BE(fingerprint.second, at)
    at = bytes.writeUInt16BE(fingerprint.third, at)
    at = bytes.writeIntBE(ledgerTime(eventTime) ?? noTime, at, 6)
    at = bytes.writeIntBE(appendTime, at, 6)
  }
  return bytes
}

/** How many ids a block holds. */
export const countSeenIds = (bytes: Buffer): number => Math.floor(bytes.length / idLength)

/**
 * Hands out the ids one by one: a recovery does this for millions.
 * @param take gets the same fingerprint object each time, with other numbers
 * @throws RangeError when the bytes are not a whole number of ids
 */
export function eachSeenId(
  bytes: Buffer,
  take: (fingerprint: Fingerprint, eventTime: number | null, appendTime: number) => void,
): void {
  if (bytes.length % idLength !== 0) {
    throw new RangeError(
      `A SeenBlock holds ${bytes.length} bytes of ids, which is no multiple of ${idLength}.`,
    )
  }
  // Its methods are compiled into the loop, which a Buffer's are not.
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const fingerprint = { place: 0, first: 0, second: 0, third: 0 }
  for (let at = 0; at < bytes.length; at += idLength) {
    fingerprint.place = view.getUint16(at)
    fingerprint.first = view.getInt32(at + 2)
    fingerprint.second = view.getInt32(at + 6)
    fingerprint.third = view.getUint16(at + 10)
    const eventTime = view.getInt16(at + 12) * word + view.getUint32(at + 14)
    const appendTime = view.getInt16(at + 18) * word + view.getUint32(at + 20)
    take(fingerprint, eventTime === noTime ? null : eventTime, appendTime)
  }
}

/** The same ids in the order of their append times; those of one time stay as they are. */
export function sortSeenIds(bytes: Buffer): Buffer {
  const times: number[] = []
  eachSeenId(bytes, (_fingerprint, _eventTime, appendTime) => times.push(appendTime))
  const order = Uint32Array.from(times.keys()).sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0))
  const sorted = Buffer.allocUnsafe(bytes.length)
  order.forEach((from, to) => {
    bytes.copy(sorted, to * idLength, from * idLength, (from + 1) * idLength)
  })
  return sorted
}
