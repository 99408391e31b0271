// How a row keeps its two times to the millisecond in 32 bits each: the append time since the base of its bin, the event
// time as its distance from the append time. Event times that lie too far away stand in a list.

import { noEventTime } from '@podpipe/schemas/seen-ids.ts'

/** Append times reach 49 days beyond the base of their bin. */
const reach = 2 ** 32
/** Bases are so far apart, in milliseconds. */
export const baseUnit = 2 ** 20
/** How long before its first append time a bin's base lies, in milliseconds: 12 days. */
const slack = 2 ** 30
/** And how long before a later one that it does not reach: 37 days, which is more than any window. */
const furthest = reach - slack
// Event times from 43 days before the append time to 3 days behind it are kept as their distance. What stands for those
// further away is their number in the list, and the last number for none.
const noTime = reach - 1
const farthest = reach - 2 ** 28
const ahead = farthest - 2 ** 28
const bytesPerTime = 8

/** The base of a bin whose first append time this is. */
export const firstBase = (appendTime: number): number => baseFor(appendTime, slack)

/** The base of a bin that has to reach this append time. */
export const nextBase = (appendTime: number): number => baseFor(appendTime, furthest)

const baseFor = (appendTime: number, before: number): number =>
  Math.max(0, Math.floor((appendTime - before) / baseUnit))

/** What is kept of an append time; one before the base counts as later. */
export const sinceBase = (base: number, appendTime: number): number =>
  Math.max(0, appendTime - base * baseUnit)

export const isBeyond = (base: number, appendTime: number): boolean => appendTime - base * baseUnit >= reach

/** The event times that lie far away. */
export interface FarTimes {
  readonly times: number[]
  readonly free: number[]
}

export const createFarTimes = (): FarTimes => ({ times: [], free: [] })

export const memoryOf = (far: FarTimes): number => (far.times.length + far.free.length) * bytesPerTime

/** What is kept of an event time; `noEventTime` for none. */
export function codeOf(far: FarTimes, eventTime: number, appendTime: number): number {
  const distance = eventTime - appendTime + ahead
  if (distance >= 0 && distance < farthest) return distance
  if (eventTime === noEventTime) return noTime
  const place = far.free.pop() ?? far.times.length
  if (farthest + place >= noTime) {
    throw new RangeError(
      `${place} event times lie more than 43 days before their arrival or 3 days behind it.`,
    )
  }
  far.times[place] = eventTime
  return farthest + place
}

/** The event time again. */
export function eventTimeOf(far: FarTimes, code: number, appendTime: number): number {
  if (code < farthest) return appendTime + code - ahead
  return code === noTime ? noEventTime : (far.times[code - farthest] ?? noEventTime)
}

/** The milliseconds by which an event lies before its append time; 0 for one without a time or of the future. */
export function lateness(far: FarTimes, code: number, appendTime: number): number {
  if (code < farthest) return code < ahead ? ahead - code : 0
  return code === noTime ? 0 : Math.max(0, appendTime - eventTimeOf(far, code, appendTime))
}

/** Says that a row with this code is gone. */
export function forgetCode(far: FarTimes, code: number): void {
  if (code >= farthest && code !== noTime) far.free.push(code - farthest)
}
