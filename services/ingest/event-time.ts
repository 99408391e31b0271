// Proofpoint's time stamps to milliseconds, character by character: it is foreign text, and one an event. Pure.

const code = (character: string): number => character.charCodeAt(0)
const [zero, nine, dash, colon, point, plus] = [
  code('0'),
  code('9'),
  code('-'),
  code(':'),
  code('.'),
  code('+'),
]
const [letterT, letterZ] = [code('T'), code('Z')]

/** The longest there is: nine digits of a second and an offset with a colon. */
const longest = '2024-05-22T12:10:03.058340123-07:00'.length

/**
 * Reads `2024-05-22T12:10:03.058340-0700`, also with a colon in the offset or `Z`, as Proofpoint's events
 * carry it. Cuts below the millisecond.
 * @returns milliseconds since 1970, or null when it is no such time stamp
 */
export function eventTimeOf(text: unknown): number | null {
  if (typeof text !== 'string' || text.length > longest) return null
  const isSeparated =
    text.charCodeAt(4) === dash &&
    text.charCodeAt(7) === dash &&
    text.charCodeAt(10) === letterT &&
    text.charCodeAt(13) === colon &&
    text.charCodeAt(16) === colon
  if (!isSeparated) return null
  const [day, hour] = [digits(text, 8, 10), digits(text, 11, 13)]
  const fraction = fractionOf(text)
  const offset = offsetOf(text, fraction.end)
  const time = Date.UTC(
    digits(text, 0, 4),
    digits(text, 5, 7) - 1,
    day,
    hour,
    digits(text, 14, 16),
    digits(text, 17, 19),
    fraction.milliseconds,
  )
  // Whatever is no number has made the time none. Date.UTC rolls over what does not exist, such as the 31st of
  // February.
  if (Number.isNaN(time - offset) || new Date(time).getUTCDate() !== day || hour > 23) return null
  return time - offset
}

/** A whole number of digits only, or NaN. */
function digits(text: string, from: number, end: number): number {
  let value = 0
  for (let at = from; at < end; at++) {
    const digit = text.charCodeAt(at)
    if (!(digit >= zero && digit <= nine)) return Number.NaN
    value = value * 10 + digit - zero
  }
  return value
}

/** The milliseconds behind a point at place 19, if there is one, and where the offset begins. */
function fractionOf(text: string): { milliseconds: number; end: number } {
  if (text.charCodeAt(19) !== point) return { milliseconds: 0, end: 19 }
  let end = 20
  while (text.charCodeAt(end) >= zero && text.charCodeAt(end) <= nine) end++
  const count = end - 20
  if (count === 0 || count > 9) return { milliseconds: Number.NaN, end }
  return { milliseconds: digits(text, 20, Math.min(end, 23)) * 10 ** Math.max(0, 3 - count), end }
}

/** `Z`, or a sign, two digits, perhaps a colon, two digits, and then the end; in milliseconds, or NaN. */
function offsetOf(text: string, at: number): number {
  const first = text.charCodeAt(at)
  if (first === letterZ) return text.length === at + 1 ? 0 : Number.NaN
  if (first !== plus && first !== dash) return Number.NaN
  const minutesAt = text.charCodeAt(at + 3) === colon ? at + 4 : at + 3
  if (text.length !== minutesAt + 2) return Number.NaN
  const minutes = digits(text, at + 1, at + 3) * 60 + digits(text, minutesAt, minutesAt + 2)
  return first === dash ? -minutes * 60_000 : minutes * 60_000
}
