// Where a session begins: the server-kept position of live mode, the hours of archive mode. Pure.

import { hourMs, parseTime } from '../times.ts'
import type { Source } from './frame.ts'

/** The archive lags behind by at least half an hour. */
export const stalenessMs = 1_800_000
/** The archive reaches back thirty days. */
export const archiveDepthMs = 30 * 24 * hourMs

/** From `since` (inclusive) to `to` (exclusive), milliseconds since 1970; no `to`: up to what the archive has. */
export interface Range {
  since: number
  to: number | undefined
}

/**
 * Reads the time parameters of a request. Hours are widened: sinceTime down, toTime up.
 * @returns undefined for live mode (no sinceTime), or the problem that makes the request a 400
 */
export function archiveRange(
  sinceTime: string | null,
  toTime: string | null,
  now: number,
): Range | { problem: string } | undefined {
  if (sinceTime === null)
    return toTime === null ? undefined : { problem: 'toTime is given without sinceTime' }
  const since = parseTime(sinceTime)
  if (since === undefined) return { problem: `sinceTime "${sinceTime}" is not a time` }
  if (since < now - archiveDepthMs) return { problem: `sinceTime "${sinceTime}" is more than 30 days ago` }
  const floor = since - (since % hourMs)
  if (toTime === null) return { since: floor, to: undefined }
  const to = parseTime(toTime)
  if (to === undefined) return { problem: `toTime "${toTime}" is not a time` }
  if (to < since) return { problem: `toTime "${toTime}" is before sinceTime "${sinceTime}"` }
  return { since: floor, to: Math.ceil(to / hourMs) * hourMs }
}

/** The time up to which (exclusive) a range can be served now. */
export function archiveEnd(range: Range, now: number): number {
  return Math.min(range.to ?? Number.POSITIVE_INFINITY, now - stalenessMs)
}

/** The first slot at or after a time. Times never fall from slot to slot, so halving finds it. */
export function firstSlotAt(source: Pick<Source, 'length' | 'timeOf'>, time: number): number {
  let low = 0
  let high = source.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (source.timeOf(middle) < time) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * Where a live session begins. After an absence of up to one hour: where the last one was left.
 * After a longer one: there too, but nothing older than one hour before now.
 * @param leftAt when the last session of this token and type ended; undefined before the first
 */
export function liveStart(
  source: Pick<Source, 'length' | 'timeOf'>,
  position: number,
  leftAt: number | undefined,
  now: number,
): number {
  if (leftAt === undefined || now - leftAt <= hourMs) return position
  return Math.max(position, firstSlotAt(source, now - hourMs))
}
