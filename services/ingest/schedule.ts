// What a stream with one key does next. Proofpoint allows one session for each key and kind of event, so live
// and archive take turns; live must never be away for longer than the server bridges. Pure.

import { bridged, type Coverage, nextHourAt, readyHour } from './coverage.ts'

export type Step =
  /** Be live, until a time (milliseconds since 1970) or until something ends the session. */
  | { readonly kind: 'live'; readonly until: number | undefined }
  /** Fetch an hour from the archive, and be back before a time. */
  | { readonly kind: 'archive'; readonly hour: number; readonly until: number | undefined }

/** Whose turn it is, and since when; live counts from the opening of its session. */
export type Turn =
  | { readonly kind: 'live'; readonly since: number | undefined }
  | { readonly kind: 'archive' }

export interface Pace {
  /** How long to be live between two turns of the archive, in milliseconds. */
  readonly liveTurn: number
  /** How long live may be away in favour of the archive, in milliseconds; well below what the server bridges. */
  readonly archiveTurn: number
}

const patience = 60 * 60_000

export const pace: Pace = { liveTurn: 5 * 60_000, archiveTurn: 40 * 60_000 }

/**
 * Decides the next step of a stream with one key.
 * @param archiveNotBefore when the archive may be tried again after a failure
 */
export function nextStep(
  coverage: Coverage,
  now: number,
  turn: Turn,
  archiveNotBefore: number,
  { liveTurn, archiveTurn }: Pace,
): Step {
  const due = nextHourAt(coverage)
  if (due === undefined) return { kind: 'live', until: undefined }
  const ready = Math.max(due, archiveNotBefore)
  if (ready > now) return { kind: 'live', until: ready }

  // From then on the hour that the server keeps is running out: live comes first, whatever waits.
  const leave = (coverage.until ?? Number.NEGATIVE_INFINITY) + Math.min(archiveTurn, bridged)
  if (turn.kind === 'archive') {
    if (now >= leave) return { kind: 'live', until: now + liveTurn }
  } else {
    const since = turn.since ?? now
    if (now < since + liveTurn) return { kind: 'live', until: since + liveTurn }
    // Events are still old: live is catching up with what the server kept. Not for ever, though: where they
    // always come that late, the archive would never have a turn.
    if (now >= leave && now < since + patience) return { kind: 'live', until: now + liveTurn }
  }
  const hour = readyHour(coverage, now)
  return hour === undefined
    ? { kind: 'live', until: ready }
    : { kind: 'archive', hour: hour.hour, until: Math.max(leave, now + liveTurn) }
}
