// One event as the bytes Devo reads: the vendor's header, the payload as it came, a line end. Pure.
// Layout and examples: golden.json, recorded from the vendor's own sender.

import type { Event } from '@podpipe/schemas/records.ts'

/** How the header names things. */
export interface Naming {
  readonly host: string
  /** The Devo tag of an event's cluster and service. */
  readonly tagOf: (cluster: string, service: string) => string
}

/** What is put on the wire. `tag` and `host` are checked before: no spaces, no colons, no control characters. */
export interface WireEvent {
  /** Milliseconds since the epoch; fractions are cut off, as the vendor does. */
  readonly eventTimeMs: number
  readonly tag: string
  readonly host: string
  readonly payload: Uint8Array
}

/** A frame that is not put together yet: what comes in front, and where its payload lies. */
export interface Frame {
  /** ASCII. */
  readonly front: string
  readonly source: Buffer
  /** The payload, without a line end at its very end, is `source` from here, */
  readonly from: number
  /** to here. */
  readonly to: number
  /** Bytes of the whole frame. */
  readonly length: number
}

export const LF = 0x0a
export const CR = 0x0d
export const NUL = 0x00

/**
 * `<14>YYYY-MM-DD HH:MM:SS.mmm HOST TAG: PAYLOAD` and a line feed, in UTC.
 *
 * A line feed at the very end of the payload becomes the frame's own. If one, a carriage return or a NUL is left
 * inside, the frame is octet-counted (RFC 6587, 3.4.1; the length includes the final line feed, as in the vendor's
 * multiline mode): Devo splits lines at these three bytes, so that whoever writes a log could otherwise forge events.
 * @param from the payload is all of `source` from there on
 */
export function frameOf(
  { eventTimeMs, host, tag }: Omit<WireEvent, 'payload'>,
  source: Buffer,
  from: number,
): Frame {
  const to = source.length > from && source[source.length - 1] === LF ? source.length - 1 : source.length
  const header = headerOf(eventTimeMs, host, tag)
  const length = header.length + to - from + 1
  const front =
    has(source, LF, from, to) || has(source, CR, from, to) || has(source, NUL, from, to)
      ? `${length} ${header}`
      : header
  return { front, source, from, to, length: front.length + to - from + 1 }
}

const headerOf = (eventTimeMs: number, host: string, tag: string): string =>
  `<14>${wireTime(eventTimeMs)} ${host} ${tag}: `

/** Where the milliseconds stand in a header. */
const millisAt = '<14>YYYY-MM-DD HH:MM:SS.'.length
const zero = 0x30

/** Headers as bytes. Neighbouring events share all but the milliseconds as a rule, and those are written over. */
export class Front {
  readonly #naming: Naming
  #cluster = ''
  #service = ''
  #start = Number.NaN
  #bytes: Buffer = Buffer.alloc(0)

  constructor(naming: Naming) {
    this.#naming = naming
  }

  /** @returns bytes that are good until the next call; undefined for a time without milliseconds, or out of the calendar */
  of({ cluster, service }: Pick<Event, 'cluster' | 'service'>, eventTimeMs: number): Buffer | undefined {
    if (!(Number.isInteger(eventTimeMs) && eventTimeMs >= firstMs && eventTimeMs <= lastMs)) return undefined
    const start = Math.floor(eventTimeMs / 1000) * 1000
    if (start !== this.#start || service !== this.#service || cluster !== this.#cluster) {
      const { host, tagOf } = this.#naming
      this.#bytes = Buffer.from(headerOf(start, host, tagOf(cluster, service)), 'latin1')
      this.#start = start
      this.#service = service
      this.#cluster = cluster
    }
    const millis = eventTimeMs - start
    this.#bytes[millisAt] = zero + Math.floor(millis / 100)
    this.#bytes[millisAt + 1] = zero + (Math.floor(millis / 10) % 10)
    this.#bytes[millisAt + 2] = zero + (millis % 10)
    return this.#bytes
  }
}

/** Puts a frame together; returns where it ends. */
export function putFrame(target: Buffer, at: number, { front, source, from, to }: Frame): number {
  const body = at + target.write(front, at, 'latin1')
  const end = body + source.copy(target, body, from, to)
  target[end] = LF
  return end + 1
}

/** The bytes of one event. */
export function frame({ payload, ...event }: WireEvent): Buffer {
  const { buffer, byteOffset, byteLength } = payload
  const planned = frameOf(event, Buffer.from(buffer, byteOffset, byteLength), 0)
  const bytes = Buffer.allocUnsafe(planned.length)
  putFrame(bytes, 0, planned)
  return bytes
}

/** The line end at the very end is behind `to`, and all others count. */
function has(source: Buffer, byte: number, from: number, to: number): boolean {
  const at = source.indexOf(byte, from)
  return at >= 0 && at < to
}

/** The host of the header: every character that the header gives a meaning, or that is not plain ASCII, becomes a dash. */
export function wireHost(name: string): string {
  return name.replace(/[^\x21-\x39\x3b-\x7e]/g, '-') || 'podpipe'
}

const firstMs = Date.parse('0000-01-01T00:00:00.000Z')
const lastMs = Date.parse('9999-12-31T23:59:59.999Z')
const second = { start: Number.NaN, text: '' }
const millis = Array.from({ length: 1000 }, (_, ms) => String(ms).padStart(3, '0'))

/**
 * A time that four digits of a year cannot tell is put at the nearest one that they can, and one that is no number at
 * the epoch: Devo files events by the time of their arrival, so a wrong date costs nothing and a lost event would.
 */
function wireTime(eventTimeMs: number): string {
  const ms = Number.isNaN(eventTimeMs) ? 0 : Math.floor(Math.min(Math.max(eventTimeMs, firstMs), lastMs))
  const start = Math.floor(ms / 1000) * 1000
  // Neighbouring events often share a second; its text is kept. It is a function of its key, so the result is the same.
  if (second.start !== start) {
    second.text = new Date(start).toISOString().replace('T', ' ').slice(0, 20)
    second.start = start
  }
  return second.text + millis[ms - start]
}
