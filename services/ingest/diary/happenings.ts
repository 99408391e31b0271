// What a stream meets, what of it is worth a note, and in which state that leaves it. Pure: a state, what happens and the
// time give the next state and the notes. The same again and again is one episode and one note.

/** What happens to a stream. Times are milliseconds since 1970. */
export type Happening =
  /** This process begins to run it. */
  | { readonly what: 'taken' }
  | { readonly what: 'opened'; readonly connection: string }
  /** A live session ended by itself, or could not be opened. */
  | { readonly what: 'broke'; readonly reason: string; readonly cause: string; readonly wait: number }
  /** We ended it: the archive has its turn, or podpipe stops. */
  | { readonly what: 'closed' }
  | { readonly what: 'archive_begun'; readonly hour: number }
  /** @property isMore another hour follows at once */
  | {
      readonly what: 'archive_done'
      readonly hour: number
      readonly frames: number
      readonly isMore: boolean
    }
  | {
      readonly what: 'archive_failed'
      readonly hour: number
      readonly reason: string
      readonly cause: string
    }
  /** Hours were put on the list of what is to be fetched. */
  | {
      readonly what: 'listed'
      readonly hours: number
      readonly from: number
      readonly to: number
      readonly why: string
    }
  | { readonly what: 'gap'; readonly from: number; readonly to: number; readonly why: string }
  /** This process does not run it any more. */
  | { readonly what: 'released' }

/** What is noted of it. */
export interface Note {
  readonly what:
    | 'taken'
    | 'connected'
    | 'dropped'
    | 'failed'
    | 'conflict'
    | 'archive_begun'
    | 'archive_done'
    | 'archive_failed'
    | 'listed'
    | 'gap'
    | 'released'
  readonly numbers: Readonly<Record<string, number>>
  readonly words: Readonly<Record<string, string>>
}

/** How a stream is. */
export interface StreamState {
  readonly live: 'beginning' | 'open' | 'away' | 'closed'
  /** Since when `live` is that. */
  readonly since: number
  readonly connection?: string
  /** What keeps live away, since when, and how often it was tried. */
  readonly failing?: {
    readonly reason: string
    readonly cause: string
    readonly since: number
    readonly attempts: number
    readonly retryAt: number
  }
  /** Hours that the archive has brought one after the other, and the one it brings now. */
  readonly archive?: {
    readonly from: number
    readonly to: number
    readonly done: number
    readonly frames: number
    readonly since: number
  }
  readonly archiveFailing?: string
}

export const beginning = (now: number): StreamState => ({ live: 'beginning', since: now })

const hour = 3_600_000
const conflict = 'http_409'

/** What follows from something that happens. */
export function happen(
  state: StreamState,
  happening: Happening,
  now: number,
): { readonly state: StreamState; readonly notes: readonly Note[] } {
  switch (happening.what) {
    case 'taken':
      return { state: beginning(now), notes: [note('taken')] }
    case 'opened': {
      const { failing } = state
      const away =
        failing === undefined ? {} : { attempts: failing.attempts, away_ms: Math.max(0, now - failing.since) }
      const { failing: _, ...rest } = state
      return {
        state: { ...rest, live: 'open', since: now, connection: happening.connection },
        notes: [note('connected', away, { connection: happening.connection })],
      }
    }
    case 'broke':
      return broke(state, happening, now)
    case 'closed':
      return { state: away(state, 'closed', now), notes: [] }
    case 'archive_begun': {
      const { archive } = state
      const to = happening.hour + hour
      // Hours that follow each other are one episode.
      if (archive !== undefined) return { state: { ...state, archive: { ...archive, to } }, notes: [] }
      const begun = { from: happening.hour, to, done: 0, frames: 0, since: now }
      // One that failed before is still the same news.
      const isNews = state.archiveFailing === undefined
      return {
        state: { ...state, archive: begun },
        notes: isNews ? [note('archive_begun', { from: happening.hour }, { live: state.live })] : [],
      }
    }
    case 'archive_done': {
      const { archiveFailing: _, ...rest } = state
      const before = rest.archive ?? { from: happening.hour, to: 0, done: 0, frames: 0, since: now }
      const archive = {
        ...before,
        to: happening.hour + hour,
        done: before.done + 1,
        frames: before.frames + happening.frames,
      }
      return happening.isMore ? { state: { ...rest, archive }, notes: [] } : archiveOver({ ...rest, archive })
    }
    case 'archive_failed': {
      const over = archiveOver(state)
      if (state.archiveFailing === happening.reason) return { state: over.state, notes: over.notes }
      return {
        state: { ...over.state, archiveFailing: happening.reason },
        notes: [
          ...over.notes,
          note(
            'archive_failed',
            { from: happening.hour },
            { reason: happening.reason, cause: happening.cause },
          ),
        ],
      }
    }
    case 'listed': {
      const { hours, from, to, why } = happening
      return { state, notes: [note('listed', { hours, from, to }, { why })] }
    }
    case 'gap':
      return {
        state,
        notes: [note('gap', { from: happening.from, to: happening.to }, { why: happening.why })],
      }
    case 'released': {
      const over = archiveOver(state)
      return { state: away(over.state, 'closed', now), notes: [...over.notes, note('released')] }
    }
  }
}

function broke(
  state: StreamState,
  { reason, cause, wait }: Extract<Happening, { what: 'broke' }>,
  now: number,
): { state: StreamState; notes: Note[] } {
  const { failing } = state
  const isSame = state.live !== 'open' && failing?.reason === reason
  const next = {
    reason,
    cause,
    since: failing?.since ?? now,
    attempts: (failing?.attempts ?? 0) + 1,
    retryAt: now + wait,
  }
  const what = reason === conflict ? 'conflict' : state.live === 'open' ? 'dropped' : 'failed'
  return {
    state: { ...away(state, 'away', now), failing: next },
    notes: isSame ? [] : [note(what, {}, { reason, cause })],
  }
}

function away(state: StreamState, live: StreamState['live'], now: number): StreamState {
  const { connection: _, ...rest } = state
  return { ...rest, live, since: state.live === live ? state.since : now }
}

/** An episode of the archive ends: what it brought is told. */
function archiveOver(state: StreamState): { state: StreamState; notes: Note[] } {
  const { archive, ...rest } = state
  if (archive === undefined || archive.done === 0) return { state: rest, notes: [] }
  const { from, to, done, frames } = archive
  return { state: rest, notes: [note('archive_done', { from, to, hours: done, frames })] }
}

function note(what: Note['what'], numbers: Note['numbers'] = {}, words: Note['words'] = {}): Note {
  return { what, numbers, words }
}
