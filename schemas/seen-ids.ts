// The packed ids of a SeenBlock: 28 bytes each, so that recovery reads 28 bytes an event and not the event.

import { hash } from 'node:crypto'
import type { Service } from './service.ts'

/** An accepted event as the ledger remembers it. */
export interface SeenId {
  /** First 128 bits of SHA-256 over cluster, service and id: two services or clusters never share an id. */
  readonly digest: Buffer
  /** The event's own time in milliseconds since 1970; null where it has none. */
  readonly eventTime: number | null
  /** When the broker appended the raw record, in milliseconds since 1970. */
  readonly appendTime: number
}

const idLength = 28
const timeLength = 6
const latest = 2 ** 47 - 1
const noTime = -(2 ** 47)

/** The 128 bits under which an event is remembered. */
export function digestOf(cluster: string, service: Service, id: string): Buffer {
  return hash('sha256', `${cluster}\0${service}\0${id}`, 'buffer').subarray(0, 16)
}

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
  for (const { digest, eventTime, appendTime } of ids) {
    digest.copy(bytes, at)
    bytes.writeIntBE(ledgerTime(eventTime) ?? noTime, at + 16, timeLength)
    bytes.writeIntBE(appendTime, at + 22, timeLength)
    at += idLength
  }
  return bytes
}

/** @throws RangeError when the bytes are not a whole number of ids */
export function unpackSeenIds(bytes: Buffer): SeenId[] {
  if (bytes.length % idLength !== 0) {
    throw new RangeError(
      `A SeenBlock holds ${bytes.length} bytes of ids, which is no multiple of ${idLength}.`,
    )
  }
  const ids: SeenId[] = []
  for (let at = 0; at < bytes.length; at += idLength) {
    const eventTime = bytes.readIntBE(at + 16, timeLength)
    ids.push({
      digest: bytes.subarray(at, at + 16),
      eventTime: eventTime === noTime ? null : eventTime,
      appendTime: bytes.readIntBE(at + 22, timeLength),
    })
  }
  return ids
}
