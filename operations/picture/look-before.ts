// Which look a rate is told from. Pure.

import type { Look } from '../figures/figures.ts'

// An output confirms its events a stretch at a time, as a rule every five seconds: over less than two of them its rate would
// jump up and down.
const wantedMs = 10_000
// Over more than this it would say what was, and not what is.
const mostMs = 25_000

/** The youngest look that is old enough, or else the oldest; undefined where there is none that is of use. */
export function lookBefore(looks: readonly Look[], now: number): Look | undefined {
  const ages = looks.filter(({ at }) => now - at <= mostMs)
  return ages.findLast(({ at }) => now - at >= wantedMs) ?? ages[0]
}
