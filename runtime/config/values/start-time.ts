// The start_time of a service: a date and time as the vendor's collector takes it, and what is odd about one
// that lies in the future or further back than the archive. Pure.

const pattern =
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(0\d|1[0-4]):?([0-5]\d))?$/

// Proofpoint's Log API document, revision C: archive mode reaches back 30 days.
const archiveReachMs = 30 * 86_400_000

/** Milliseconds since 1970; a time without an offset is UTC. Undefined if it is no date and time that exists. */
export function parseStartTime(text: string): number | undefined {
  const found = pattern.exec(text)
  if (found === null) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map(Number)
  // Date rolls 30 February over into March; a date that comes back unchanged is a real one.
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  const isRealDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  if (!isRealDay || hour > 23 || minute > 59 || second > 59) return undefined
  const millisecond = Math.floor(Number(`0.${found[7] ?? 0}`) * 1000)
  const [, , , , , , , , sign, offsetHours = 0, offsetMinutes = 0] = found
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * (sign === '-' ? -60_000 : 60_000)
  return date.setUTCHours(hour, minute, second, millisecond) - offset
}

/** What is wrong with the text of a start_time, or undefined. The vendor's collector wants an offset, too. */
export function startTimeFault(text: string): string | undefined {
  if (parseStartTime(text) === undefined) {
    return 'is no date and time; write one such as 2024-05-22T12:00:00Z or with an offset such as -0700'
  }
  return /(?:[Zz]|[+-]\d\d:?\d\d)$/.test(text)
    ? undefined
    : 'has no offset from UTC; what moment it means is open; write Z behind it for UTC, or an offset such as -0700'
}

/** What is wrong with a start of `startAt`, or undefined. Both in milliseconds since 1970. */
export function futureFault(startAt: number, now: number): string | undefined {
  return startAt <= now
    ? undefined
    : `lies in the future (it is ${new Date(now).toISOString()} now); there is nothing to fetch from then; correct it, or leave the key empty for live data only`
}

/** What is odd about a start of `startAt`, or undefined. Both in milliseconds since 1970. */
export function clampWarning(startAt: number, now: number): string | undefined {
  return now - startAt <= archiveReachMs
    ? undefined
    : "is clamped: Proofpoint's archive reaches back 30 days, and what is older cannot be fetched; write a later time to be rid of this warning"
}
