// Proofpoint's notation of time, both ways. Pure.

export const hourMs = 3_600_000

/**
 * Writes a time as events carry it: microseconds and a numeric offset without colon,
 * for example 2024-05-22T12:10:03.058340-0700.
 * @param epochMs milliseconds since 1970
 * @param micros 0 to 999, the digits that milliseconds do not hold
 * @param offsetMinutes minutes east of UTC
 */
export function formatTime(epochMs: number, micros: number, offsetMinutes: number): string {
  const local = new Date(epochMs + offsetMinutes * 60_000).toISOString().slice(0, 23)
  const minutes = Math.abs(offsetMinutes)
  const sign = offsetMinutes < 0 ? '-' : '+'
  return `${local}${two(micros, 3)}${sign}${two(Math.floor(minutes / 60))}${two(minutes % 60)}`
}

const pattern = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d)?(?:\.(\d{1,9}))?(Z|[ +-]\d\d:?\d\d)?$/

/**
 * Reads a time in any notation that public clients send as sinceTime or toTime: seconds and fraction
 * may be missing, the offset may be Z, -0700, -07:00 or missing (UTC). A plus that was not
 * percent-encoded arrives as a blank and is read as a plus.
 * @returns milliseconds since 1970, or undefined when the text is not a time
 */
export function parseTime(text: string): number | undefined {
  const match = pattern.exec(text)
  if (!match) return undefined
  const [, date, minutes, seconds = ':00', fraction = '', zone = 'Z'] = match
  const ms = Date.parse(`${date}T${minutes}${seconds}.${fraction.padEnd(3, '0').slice(0, 3)}Z`)
  return Number.isNaN(ms) ? undefined : ms - offsetOf(zone)
}

function offsetOf(zone: string): number {
  if (zone === 'Z') return 0
  const digits = zone.slice(1).replace(':', '')
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000
}

function two(value: number, length = 2): string {
  return String(value).padStart(length, '0')
}
