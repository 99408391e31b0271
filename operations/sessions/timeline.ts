// What the notes of a stream say of a time, as spans on a line: how it was, and from when to when. Pure.

import type { SessionWord } from '@podpipe/ingest/diary/status.ts'
import type { HistoryEntry } from '@podpipe/schemas/records.ts'

/** How a stream was. `conflict`: another session used its key. `stopped`: no process ran it. `unknown`: nothing was noted. */
export type SpanState = 'live' | 'archive' | 'away' | 'conflict' | 'opening' | 'stopped' | 'unknown'

export interface Span {
  readonly state: SpanState
  /** Milliseconds since 1970. */
  readonly from: number
  readonly to: number
}

// What is drawn is some hundred pixels wide: more spans than that could not be seen, and 200 streams would be a burden.
const buckets = 480
/** Of what happens within one bucket the worst is shown. */
const worst: readonly SpanState[] = ['conflict', 'away', 'stopped', 'archive', 'opening', 'live', 'unknown']

/**
 * The spans of one stream between two times, without a gap.
 * @param notes its notes of that time, the oldest first
 * @param now how it is at the end, where that is known
 */
export function spansOf(
  notes: readonly HistoryEntry[],
  from: number,
  to: number,
  now: SessionWord | undefined,
): Span[] {
  const steps: { at: number; state: SpanState }[] = [{ at: from, state: before(notes[0], now) }]
  for (const note of notes) {
    const state = after(note, steps.at(-1)?.state ?? 'unknown')
    if (state !== undefined) steps.push({ at: Math.max(from, note.at), state })
  }
  return joined(shown(steps, from, to))
}

/** What a note says of the time before it. */
function before(first: HistoryEntry | undefined, now: SessionWord | undefined): SpanState {
  if (first === undefined) return now === undefined || now === 'standby' ? 'unknown' : byWord[now]
  if (first.what === 'dropped' || first.what === 'released') return 'live'
  if (first.what === 'connected' && (first.numbers.attempts ?? 0) > 0) return 'away'
  return 'unknown'
}

const byWord: Record<Exclude<SessionWord, 'standby'>, SpanState> = {
  live: 'live',
  archive: 'archive',
  backing_off: 'away',
  opening: 'opening',
}

/** What a note says of the time after it; undefined where it says nothing of that. */
function after({ what, words }: HistoryEntry, state: SpanState): SpanState | undefined {
  switch (what) {
    case 'taken':
      return 'opening'
    case 'connected':
      return 'live'
    case 'dropped':
    case 'failed':
      return 'away'
    case 'conflict':
      return 'conflict'
    case 'archive_begun':
      // With a second key the archive is read beside the live session.
      return words.live === 'open' ? undefined : 'archive'
    case 'archive_failed':
      return state === 'archive' ? 'away' : undefined
    case 'released':
      return 'stopped'
    default:
      return undefined
  }
}

function shown(steps: readonly { at: number; state: SpanState }[], from: number, to: number): Span[] {
  const width = (to - from) / buckets
  const spans: Span[] = []
  let next = 0
  let state: SpanState = 'unknown'
  for (let bucket = 0; bucket < buckets; bucket++) {
    const [start, end] = [from + bucket * width, from + (bucket + 1) * width]
    const seen = new Set<SpanState>()
    // What reaches in from before counts only where it lasts.
    if ((steps[next]?.at ?? Number.POSITIVE_INFINITY) > start) seen.add(state)
    for (let step = steps[next]; step !== undefined && step.at < end; step = steps[++next]) {
      state = step.state
      seen.add(state)
    }
    spans.push({ state: worst.find(each => seen.has(each)) ?? state, from: start, to: end })
  }
  return spans
}

function joined(spans: readonly Span[]): Span[] {
  const result: Span[] = []
  for (const span of spans) {
    const last = result.at(-1)
    if (last?.state === span.state) result[result.length - 1] = { ...last, to: span.to }
    else result.push(span)
  }
  return result
}
