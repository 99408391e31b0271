// Replays and redrives in the trail of what people did: each run has a beginning there and, if somebody was left to write it, an
// end. Pure.

import type { ReplayState } from '@podpipe/operations/replay/state.ts'
import type { HistoryEntry } from '@podpipe/schemas/records.ts'

/** What the entries of a run are called. */
export const begins = ['replay.started', 'replay.resumed', 'redrive.started'] as const
export const overs = { replay: 'replay.over', redrive: 'redrive.over' } as const

/** A run of which the trail tells the beginning and no end. */
export interface OpenRun {
  readonly kind: keyof typeof overs
  /** A word of its own, in both of its entries. */
  readonly run: string
  /** Of the replay; of a redrive which rejects it was to send. */
  readonly name: string
  /** Who began it. */
  readonly who: string
  /** Milliseconds since 1970. */
  readonly at: number
}

/** How a run ended. */
export interface Over {
  readonly result: 'done' | 'stopped' | 'failed'
  readonly words: Readonly<Record<string, string>>
}

/** @param entries the oldest first */
export function openRuns(entries: readonly HistoryEntry[]): OpenRun[] {
  const open = new Map<string, OpenRun>()
  for (const { at, what, who, subject, words } of entries) {
    const { run, name = subject, result } = words
    if (run === undefined) continue
    if (what === overs.replay || what === overs.redrive) open.delete(run)
    else if (result === 'done' && begins.some(each => each === what))
      open.set(run, { kind: what === 'redrive.started' ? 'redrive' : 'replay', run, name, who, at })
  }
  return [...open.values()]
}

/** Whether a later run has gone on with the same replay. */
export const isTakenUp = ({ name, run, at }: OpenRun, entries: readonly HistoryEntry[]): boolean =>
  entries.some(
    each =>
      (each.what === 'replay.started' || each.what === 'replay.resumed') &&
      each.words.result === 'done' &&
      (each.words.name ?? each.subject) === name &&
      each.words.run !== run &&
      each.at > at,
  )

/** The first end of each run counts: two consoles may both have found that a third one is gone. */
export function eachOverOnce(entries: readonly HistoryEntry[]): HistoryEntry[] {
  const known = new Set<string>()
  return entries.filter(({ what, words: { run } }) => {
    if (run === undefined || (what !== overs.replay && what !== overs.redrive)) return true
    if (known.has(run)) return false
    known.add(run)
    return true
  })
}

const gone = 'the console that it ran in ended before it did'

/**
 * How a replay ended whose console wrote nothing of it, by what Kafka keeps of the replay itself.
 * @param stored undefined where Kafka knows it no more
 * @param isTakenUp whether a later run has gone on with it
 * @returns undefined where it runs, or may run
 */
export function overOfReplay(
  stored: { readonly state: ReplayState | 'pausing'; readonly confirmed: number } | undefined,
  isTakenUp: boolean,
): Over | undefined {
  if (isTakenUp) return { result: 'failed', words: { why: gone } }
  if (stored === undefined) return { result: 'failed', words: { why: `${gone}, and Kafka knows it no more` } }
  const words = { confirmed: String(stored.confirmed) }
  switch (stored.state) {
    case 'finished':
      return { result: 'done', words }
    case 'ended':
    case 'paused':
      return { result: 'stopped', words: { ...words, why: gone } }
    default:
      return undefined
  }
}

/** A run of a redrive says so often that it runs, milliseconds. */
export const beatMs = 10_000
// Its signs are some seconds on their way, by another clock.
const silenceMs = 45_000

/**
 * The same for a redrive.
 * @param beat its last sign: when, and how many it had sent
 */
export function overOfRedrive(
  { at }: Pick<OpenRun, 'at'>,
  beat: { readonly at: number; readonly sent: number } | undefined,
  now: number,
): Over | undefined {
  if (now - Math.max(at, beat?.at ?? 0) < silenceMs) return undefined
  const why = `${gone}; what it left is offered again`
  return { result: 'stopped', words: { ...(beat !== undefined && { sent: `${beat.sent} or more` }), why } }
}
