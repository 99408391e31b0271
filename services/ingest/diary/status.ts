// What ingest tells of its streams at /status: for each one how it is, where, and how far. Pure.

import type { Coverage } from '../coverage.ts'
import type { StreamState } from './happenings.ts'

/**
 * live: a session is open. archive: hours are fetched, and live waits for its turn. backing_off: the last attempt failed, and
 * the next one comes. opening: it has just begun. standby: another process runs it, or nobody yet.
 */
export type SessionWord = 'live' | 'archive' | 'backing_off' | 'opening' | 'standby'

/** One stream as a replica tells of it; times are RFC 3339, keys are only ever added. */
export interface SessionStatus {
  readonly name: string
  readonly input: string
  readonly cluster: string
  readonly service: string
  readonly state: SessionWord
  readonly since?: string
  readonly connection?: string
  /** Why it backs off, and when it tries again. */
  readonly cause?: string
  readonly reason?: string
  readonly attempts?: number
  readonly retry_at?: string
  /** Hours that are fetched from the archive now. */
  readonly archive?: { readonly from: string; readonly to: string; readonly hours_done: number }
  readonly position?: {
    /** Everything up to here is in Kafka, save for hours to be fetched and gaps. */
    readonly covered_to?: string
    /** From here on it is doubtful what arrived, until the hour has been fetched. */
    readonly doubt_from?: string
    readonly hours_to_fetch: number
    readonly gaps: number
  }
}

/** The streams of one process. */
export interface SessionsStatus {
  readonly replica: string
  readonly sessions: readonly SessionStatus[]
}

/** @param run how it is where this process runs it; undefined for a standby */
export function sessionStatusOf(
  stream: Pick<SessionStatus, 'name' | 'input' | 'cluster' | 'service'>,
  run: { readonly state: StreamState; readonly coverage: Coverage | undefined } | undefined,
): SessionStatus {
  if (run === undefined) return { ...stream, state: 'standby' }
  const { state, coverage } = run
  const { failing, archive, connection } = state
  const word = wordOf(state)
  return {
    ...stream,
    state: word,
    since: iso(word === 'archive' && archive !== undefined ? archive.since : state.since),
    ...(connection !== undefined && { connection }),
    ...(failing !== undefined && {
      cause: failing.cause,
      reason: failing.reason,
      attempts: failing.attempts,
      retry_at: iso(failing.retryAt),
    }),
    ...(archive !== undefined && {
      archive: { from: iso(archive.from), to: iso(archive.to), hours_done: archive.done },
    }),
    ...(coverage !== undefined && { position: positionOf(coverage) }),
  }
}

function wordOf({ live, archive }: StreamState): SessionWord {
  if (live === 'open') return 'live'
  if (archive !== undefined) return 'archive'
  return live === 'away' ? 'backing_off' : 'opening'
}

function positionOf({ until, doubtFrom, todo, gaps }: Coverage): NonNullable<SessionStatus['position']> {
  return {
    ...(until !== undefined && { covered_to: iso(until) }),
    ...(doubtFrom !== undefined && { doubt_from: iso(doubtFrom) }),
    hours_to_fetch: todo.length,
    gaps: gaps.length,
  }
}

const iso = (time: number): string => new Date(time).toISOString()
