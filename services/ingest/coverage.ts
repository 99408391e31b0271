// What of a stream is covered: by live sessions up to a time, by hours still to be fetched from the archive, and
// what is lost for good. Pure: each function takes the state and the time and returns the next state.
//
// Three facts of Proofpoint's API carry it. A live session that was away for less than an hour is resumed where
// it was; after more, the server has the last hour only. The archive serves whole hours, half an hour after
// their end and for thirty days. And nothing is acknowledged: what the server had written to a connection that
// ended without a close handshake may never come again.

import type { ArchiveHour, Gap, Position } from '@podpipe/schemas/records.ts'

export interface Coverage {
  /** Everything offered live up to here is received, save for `todo` and `gaps`; undefined before the first session.
   * Milliseconds since 1970, as all times here. */
  readonly until: number | undefined
  /** From here on it is doubtful what arrived: the last session did not end with a close handshake. */
  readonly doubtFrom: number | undefined
  readonly todo: readonly ArchiveHour[]
  readonly gaps: readonly Gap[]
  /** The configured start_time that has been taken account of. */
  readonly startTime: string | null
  /** Closed hours before this have been listed for comparison with the archive; null where nobody asked for it. */
  readonly reconciledTo: number | null
}

export const hour = 60 * 60 * 1000
const minute = 60 * 1000

/** How long an absence the server bridges: an hour, less a margin for two clocks and for the way. */
export const bridged = 55 * minute
/** The archive serves an hour so long after its end; a minute more for two clocks. */
const staleness = 31 * minute
/** How far the archive reaches back, less a margin: an older sinceTime is answered with 400. */
const depth = 30 * 24 * hour - 5 * minute
/** How late an event may come after its own time. The archive sorts by that, a live stream does not. */
const lateness = 10 * minute
/** No server writes to a dead connection for longer. */
const longestDoubt = hour
/** Gaps are kept for people to read, and not for ever. */
const keptGaps = 100

export const floorHour = (time: number): number => Math.floor(time / hour) * hour

/** The state before anything is known. */
export const nothingCovered: Coverage = {
  until: undefined,
  doubtFrom: undefined,
  todo: [],
  gaps: [],
  startTime: null,
  reconciledTo: null,
}

/** The state that a position tells. */
export function coverageOf(position: Position | undefined): Coverage {
  if (position === undefined) return nothingCovered
  const { received_at, clean, todo, gaps, start_time, reconciled_to } = position
  return {
    until: received_at,
    doubtFrom: clean ? undefined : received_at,
    todo,
    gaps,
    startTime: start_time,
    reconciledTo: reconciled_to,
  }
}

/**
 * Takes account of the configured start_time: hours from there on are to be fetched. Once only: the position
 * remembers which start_time that was.
 * @param startAt the same as `startTime`, in milliseconds since 1970
 */
export function obeyStartTime(
  coverage: Coverage,
  startTime: string | undefined,
  startAt: number | undefined,
  now: number,
): Coverage {
  const known = { ...coverage, startTime: startTime ?? null }
  if (startTime === undefined || startAt === undefined || startTime === coverage.startTime) return known
  const from = Math.max(startAt, floorHour(now - depth) + hour)
  const asked = withHours(known, from, now, 'start')
  // Before the first live session there is nothing that the server could resume, and whether it begins with
  // its last hour is not known: until one opens, time passes in doubt.
  return coverage.until === undefined ? { ...asked, until: now, doubtFrom: now } : asked
}

/** A live session has opened: what lay between it and the last one that the server does not bring by itself? */
export function liveOpens(coverage: Coverage, now: number): Coverage {
  const { until, doubtFrom } = coverage
  if (until === undefined) return { ...coverage, until: now }
  let next = coverage
  if (doubtFrom !== undefined) {
    next = withHours(next, doubtFrom - lateness, Math.min(now, doubtFrom + longestDoubt), 'healing')
  }
  if (now - until > bridged) next = withHours(next, until - lateness, now - bridged, 'outage')
  return { ...next, until: Math.max(until, now - bridged), doubtFrom: undefined }
}

/**
 * Live events up to a time of their own have been received. Their own, since a server that resumes brings old
 * ones: after the next absence it is that time from which it would have to go on.
 */
export function liveCovers(coverage: Coverage, time: number): Coverage {
  return coverage.until !== undefined && coverage.until >= time ? coverage : { ...coverage, until: time }
}

/** A live session ended without a close handshake: what was on its way then is in doubt. */
export function liveBroke(coverage: Coverage): Coverage {
  const from = coverage.until
  return from === undefined
    ? coverage
    : { ...coverage, doubtFrom: Math.min(from, coverage.doubtFrom ?? from) }
}

/**
 * Lists every whole hour that live has covered since the last time, so that it is fetched once more and compared:
 * a live stream can miss events that the archive has. It begins with the first hour that is covered whole.
 */
export function listForComparison(coverage: Coverage): Coverage {
  const { until, reconciledTo } = coverage
  if (until === undefined) return coverage
  const closed = floorHour(until)
  if (reconciledTo === null) return { ...coverage, reconciledTo: closed === until ? closed : closed + hour }
  if (closed <= reconciledTo) return coverage
  return { ...withHours(coverage, reconciledTo, closed - 1, 'reconcile'), reconciledTo: closed }
}

/** An hour has been fetched and Kafka has it. */
export function hourFetched(coverage: Coverage, fetched: number): Coverage {
  return { ...coverage, todo: coverage.todo.filter(each => each.hour !== fetched) }
}

/** Gives up hours that the archive does not serve any more. */
export function dropExpired(coverage: Coverage, now: number): Coverage {
  const expired = coverage.todo.filter(each => each.hour < now - depth)
  if (expired.length === 0) return coverage
  const gaps = expired.map(each => ({ from: each.hour, to: each.hour + hour, why: 'older than 30 days' }))
  return {
    ...coverage,
    todo: coverage.todo.filter(each => each.hour >= now - depth),
    gaps: joined([...coverage.gaps, ...gaps]),
  }
}

/** The oldest hour that the archive serves now. */
export function readyHour({ todo }: Coverage, now: number): ArchiveHour | undefined {
  return todo.find(each => servedFrom(each) <= now)
}

/** When the next hour will be served; undefined when there is none to be fetched. */
export function nextHourAt({ todo }: Coverage): number | undefined {
  const [first] = todo
  return first === undefined ? undefined : servedFrom(first)
}

const servedFrom = (each: ArchiveHour): number => each.hour + hour + staleness

/** Adds the hours that a span of time touches. Each hour stands once, however many reasons there are. */
function withHours(coverage: Coverage, from: number, to: number, why: ArchiveHour['why']): Coverage {
  const known = new Map(coverage.todo.map(each => [each.hour, each]))
  for (let each = floorHour(from); each <= to; each += hour) {
    if (!known.has(each)) known.set(each, { hour: each, why })
  }
  return { ...coverage, todo: [...known.values()].sort((a, b) => a.hour - b.hour) }
}

function joined(gaps: readonly Gap[]): Gap[] {
  const all: Gap[] = []
  for (const gap of gaps) {
    const last = all.at(-1)
    if (last !== undefined && last.to === gap.from && last.why === gap.why) last.to = gap.to
    else all.push({ ...gap })
  }
  return all.slice(-keptGaps)
}
