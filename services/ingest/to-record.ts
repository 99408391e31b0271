// A WebSocket frame to a raw record: read once for its id and time, kept byte for byte. Pure.

import { hash } from 'node:crypto'
import type { Identity, Mode, RawFrame } from '@podpipe/schemas/records.ts'
import type { Service } from '@podpipe/schemas/service.ts'
import { eventTimeOf } from './event-time.ts'
import { type Fields, type Found, scan } from './scan.ts'

/** Where a frame came from. */
export interface Origin {
  readonly cluster: string
  readonly service: Service
  readonly connection: string
  readonly sequence: number
  /** Milliseconds since 1970. */
  readonly receivedAt: number
  readonly mode: Mode
}

/** A raw record: the key decides the partition, so all copies of an event meet the same dedup task. */
export interface RawRecord {
  readonly key: string
  readonly frame: RawFrame
}

/** Ids longer than this are not taken for ids; Proofpoint's have 22 to 36 characters. */
const longestId = 256

/** Every frame becomes a record, whatever it holds: what it is worth is decided behind Kafka. */
export function toRecord(bytes: Buffer, origin: Origin, fields: Fields): RawRecord {
  const { identity, key, eventTime } = identify(bytes, fields)
  return {
    key,
    frame: {
      cluster: origin.cluster,
      service: origin.service,
      connection: origin.connection,
      sequence: origin.sequence,
      received_at: origin.receivedAt,
      mode: origin.mode,
      identity,
      event_time: eventTime,
      frame: bytes,
    },
  }
}

function identify(
  bytes: Buffer,
  fields: Fields,
): { identity: Identity; key: string; eventTime: number | null } {
  const found = scan(bytes, fields) ?? parse(bytes, fields)
  if (found === undefined) return { identity: 'unreadable', key: digestKey(bytes), eventTime: null }
  const { id, time } = found
  const eventTime = eventTimeOf(time)
  if (isId(id)) return { identity: 'event_id', key: id, eventTime }
  return { identity: 'digest', key: digestKey(bytes), eventTime }
}

/** The same as `scan`, for every frame; undefined when it is no JSON object. */
export function parse(bytes: Buffer, { idField, timeField }: Fields): Found | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    return { id: ownText(value, idField), time: ownText(value, timeField) }
  } catch {
    return undefined
  }
}

// The event is foreign: `__proto__` and the like must not reach further than its own fields.
function ownText(event: object, name: string): string | undefined {
  const value: unknown = Object.getOwnPropertyDescriptor(event, name)?.value
  return typeof value === 'string' ? value : undefined
}

// Control characters have no place in an id, and a record key of four zero bytes looks like the end of a
// transaction to some Kafka clients. Bytes that are not UTF-8 have become U+FFFD, all of them: two ids would look
// like one, and the second event would be dropped for a copy of the first.
function isId(value: string | undefined): value is string {
  if (value === undefined || value.length === 0 || value.length > longestId) return false
  for (let at = 0; at < value.length; at++) if (value.charCodeAt(at) < 0x20) return false
  return value.isWellFormed() && !value.includes('\ufffd')
}

function digestKey(bytes: Buffer): string {
  return `sha256:${hash('sha256', bytes, 'hex').slice(0, 32)}`
}
