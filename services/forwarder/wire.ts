// One event as the bytes Devo reads: the vendor's header, the payload as it came, a line end. Pure.
// Layout and examples: golden.json, recorded from the vendor's own sender.

/** What is put on the wire. `tag` and `host` are checked before: no spaces, no colons, no control characters. */
export interface WireEvent {
  /** Milliseconds since the epoch; fractions are cut off, as the vendor does. */
  readonly eventTimeMs: number
  readonly tag: string
  readonly host: string
  readonly payload: Uint8Array
}

const LF = 0x0a
const CR = 0x0d
const NUL = 0x00

/**
 * `<14>YYYY-MM-DD HH:MM:SS.mmm HOST TAG: PAYLOAD` and a line feed, in UTC.
 *
 * A line feed at the very end of the payload becomes the frame's own. If one, a carriage return or a NUL is left
 * inside, the frame is octet-counted (RFC 6587, 3.4.1; the length includes the final line feed, as in the vendor's
 * multiline mode): Devo splits lines at these three bytes, so that whoever writes a log could otherwise forge events.
 */
export function frame(event: WireEvent): Buffer {
  const header = Buffer.from(`<14>${wireTime(event.eventTimeMs)} ${event.host} ${event.tag}: `)
  const { buffer, byteOffset, byteLength } = event.payload
  const whole = Buffer.from(buffer, byteOffset, byteLength)
  const body = whole.at(-1) === LF ? whole.subarray(0, -1) : whole
  const length = header.length + body.length + 1
  const breaksLines = body.includes(LF) || body.includes(CR) || body.includes(NUL)
  const count = breaksLines ? `${length} ` : ''
  const bytes = Buffer.allocUnsafe(count.length + length)
  bytes.write(count, 'latin1')
  header.copy(bytes, count.length)
  body.copy(bytes, count.length + header.length)
  bytes[bytes.length - 1] = LF
  return bytes
}

/** The host of the header: every character that the header gives a meaning, or that is not plain ASCII, becomes a dash. */
export function wireHost(name: string): string {
  return name.replace(/[^\x21-\x39\x3b-\x7e]/g, '-') || 'podpipe'
}

const firstMs = Date.parse('0000-01-01T00:00:00.000Z')
const lastMs = Date.parse('9999-12-31T23:59:59.999Z')
const second = { start: Number.NaN, text: '' }

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
  return second.text + String(ms - start).padStart(3, '0')
}
