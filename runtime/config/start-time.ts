// The start_time of a service: a date and time as the vendor's collector takes it. Pure.

const pattern =
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:[Zz]|[+-](?:0\d|1[0-4]):?[0-5]\d)?$/

/** Whether the text is a date and time that exists; one without an offset is UTC. */
export function isStartTime(text: string): boolean {
  const [, ...parts] = pattern.exec(text) ?? []
  if (parts.length === 0) return false
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map(Number)
  // Date rolls 30 February over into March; a date that comes back unchanged is a real one.
  const date = new Date(Date.UTC(year, month - 1, day))
  const isRealDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return isRealDay && hour < 24 && minute < 60 && second < 60
}
