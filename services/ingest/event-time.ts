// Proofpoint's time stamps to milliseconds. Pure.

const pattern = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:?\d{2})$/

/**
 * Reads `2024-05-22T12:10:03.058340-0700`, also with a colon in the offset or `Z`, as Proofpoint's events
 * carry it. Cuts below the millisecond.
 * @returns milliseconds since 1970, or null when it is no such time stamp
 */
export function eventTimeOf(text: unknown): number | null {
  if (typeof text !== 'string') return null
  const found = pattern.exec(text)
  if (found === null) return null
  const [, year, month, day, hour, minute, second, fraction = '', offset = 'Z'] = found
  const milliseconds = Number(fraction.padEnd(3, '0').slice(0, 3))
  const time = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    milliseconds,
  )
  // Date.UTC rolls over what does not exist, such as the 31st of February.
  if (new Date(time).getUTCDate() !== Number(day) || Number(hour) > 23) return null
  return time - offsetOf(offset)
}

function offsetOf(offset: string): number {
  if (offset === 'Z') return 0
  const sign = offset.startsWith('-') ? -1 : 1
  const digits = offset.slice(1).replace(':', '')
  return sign * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) * 60_000
}
