// Positions in words and as JSON: how far each session is, what is still to be fetched, what is lost. Pure.

import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { sessionKeyOf } from '@podpipe/schemas/names.ts'
import type { Position } from '@podpipe/schemas/records.ts'

/** What the positions topic holds under a key. */
export type Stored = { readonly position: Position } | { readonly unreadable: string }

/** One session as `podpipe positions -o json` prints it: keys are only ever added. Times are ISO 8601, UTC. */
export interface SessionReport {
  /** CLUSTER/SERVICE */
  readonly session: string
  /** Whether an enabled input of the configuration reads it. */
  readonly runs: boolean
  /** Null when nothing was ever received, or the position was cleared. */
  readonly position: PositionReport | null
  /** Why what is stored cannot be read. */
  readonly unreadable?: string
}

export interface PositionReport {
  readonly receivedAt: string
  readonly ageMs: number
  /** False: a session is open, or ended in a way that leaves its last hour in doubt. */
  readonly clean: boolean
  readonly startTime: string | null
  /** Hours to be fetched from the archive; `oldest` is null when there are none. */
  readonly todo: {
    readonly count: number
    readonly oldest: string | null
    readonly reasons: Readonly<Record<string, number>>
  }
  /** What could not be fetched any more. */
  readonly gaps: readonly { readonly from: string; readonly to: string; readonly why: string }[]
}

/** The sessions that the configuration runs. */
export function sessionsOf({ inputs }: Pick<PodpipeConfig, 'inputs'>): string[] {
  return inputs
    .filter(({ enabled }) => enabled)
    .flatMap(({ cluster, services }) => services.map(({ service }) => sessionKeyOf(cluster, service)))
}

/**
 * One report for each session that is configured, in that order, then one for any other that is stored.
 * @param now the time by which ages are told, in milliseconds since 1970
 */
export function reportSessions(
  configured: readonly string[],
  stored: ReadonlyMap<string, Stored>,
  now: number,
): SessionReport[] {
  const others = [...stored.keys()].filter(session => !configured.includes(session)).sort()
  return [...configured, ...others].map(session => {
    const found = stored.get(session)
    const runs = configured.includes(session)
    if (found === undefined) return { session, runs, position: null }
    if ('unreadable' in found) return { session, runs, position: null, unreadable: found.unreadable }
    return { session, runs, position: reportPosition(found.position, now) }
  })
}

/** A position as it is printed. */
export function reportPosition(
  { received_at, clean, start_time, todo, gaps }: Position,
  now: number,
): PositionReport {
  const reasons: Record<string, number> = {}
  for (const { why } of todo) reasons[why] = (reasons[why] ?? 0) + 1
  const oldest = todo.length === 0 ? null : isoOf(Math.min(...todo.map(({ hour }) => hour)))
  return {
    receivedAt: isoOf(received_at),
    ageMs: now - received_at,
    clean,
    startTime: start_time,
    todo: { count: todo.length, oldest, reasons },
    gaps: gaps.map(({ from, to, why }) => ({ from: isoOf(from), to: isoOf(to), why })),
  }
}

/** A time in UTC; one beyond what a date can be is shown as the number that it is. */
const isoOf = (time: number): string => {
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? String(time) : date.toISOString()
}

/** The reports for a person. */
export function textOf(reports: readonly SessionReport[]): string {
  if (reports.length === 0) return 'no sessions'
  return reports.flatMap(linesOf).join('\n')
}

function linesOf({ session, runs, position, unreadable }: SessionReport): string[] {
  const head = `${session}${runs ? '' : ' (not run by this configuration)'}`
  if (unreadable !== undefined) return [head, `  cannot be read: ${unreadable}`]
  if (position === null) return [head, '  no position: nothing has been received yet']
  const { receivedAt, ageMs, clean, startTime, todo, gaps } = position
  return [
    head,
    `  received up to ${receivedAt}, ${agoOf(ageMs)}`,
    `  clean          ${clean ? 'yes' : 'no: a session is open, or its last hour is in doubt'}`,
    `  start_time     ${startTime ?? 'none'}`,
    `  to fetch       ${todoText(todo)}`,
    ...(gaps.length === 0 ? ['  gaps           none'] : []),
    ...gaps.map(({ from, to, why }) => `  gap            ${from} to ${to}: ${why}`),
  ]
}

function todoText({ count, oldest, reasons }: PositionReport['todo']): string {
  if (count === 0) return 'nothing'
  const why = Object.entries(reasons).map(([reason, times]) => `${times} ${reason}`)
  return `${count} ${count === 1 ? 'hour' : 'hours'} of the archive, the oldest ${oldest} (${why.join(', ')})`
}

const units = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
] as const

/** A time span for a person, in its two largest units: `2 d 3 h ago`. */
export function agoOf(ms: number): string {
  if (ms < 0) return `${agoOf(-ms).replace(/ ago$/, '')} ahead of this clock`
  const first = units.findIndex(([size]) => ms >= size)
  if (first < 0) return 'now'
  let rest = ms
  const parts = units.slice(first, first + 2).flatMap(([size, name]) => {
    const count = Math.floor(rest / size)
    rest -= count * size
    return count === 0 ? [] : [`${count} ${name}`]
  })
  return `${parts.join(' ')} ago`
}
