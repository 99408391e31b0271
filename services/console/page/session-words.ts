// What is noted of a stream, and how it is, in words for people. Pure.

import type { SpanState } from '@podpipe/operations/sessions/timeline.ts'
import type { NoteAnswer, SessionAnswer } from '../api/sessions-schema.ts'

/** How a stream is, with a shape beside the word. */
export const stateWords: Readonly<
  Record<
    string,
    { readonly shape: string; readonly word: string; readonly tone: 'good' | 'warn' | 'bad' | 'soft' }
  >
> = {
  live: { shape: '●', word: 'live', tone: 'good' },
  archive: { shape: '◆', word: 'archive', tone: 'good' },
  opening: { shape: '◌', word: 'opening', tone: 'soft' },
  backing_off: { shape: '▲', word: 'backing off', tone: 'bad' },
  unassigned: { shape: '○', word: 'nobody runs it', tone: 'bad' },
}

/** What stands in the line of a day, by its words. */
export const spanWords: Readonly<Record<SpanState, string>> = {
  live: 'live',
  archive: 'archive',
  away: 'away',
  conflict: 'conflict (409)',
  opening: 'opening',
  stopped: 'not running',
  unknown: 'nothing noted',
}

/** The states of a day in one sentence, for who does not see the line. */
export function dayInWords({ spans }: Pick<SessionAnswer, 'spans'>): string {
  const sums = new Map<SpanState, number>()
  for (const { state, from, to } of spans) {
    const known = state as SpanState
    sums.set(known, (sums.get(known) ?? 0) + to - from)
  }
  return [...sums].map(([state, ms]) => `${spanWords[state]} ${lengthOf(ms)}`).join(', ')
}

/** A length of time, to what matters of it. */
export function lengthOf(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 90_000) return `${Math.round(ms / 1_000)} s`
  if (minutes < 120) return `${minutes} min`
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  return rest === 0 || hours >= 24 ? `${hours} h` : `${hours} h ${rest} min`
}

/** How long ago something was, at `now`; in milliseconds since 1970 both. */
export function ago(at: string, now: number): string {
  const ms = now - Date.parse(at)
  return ms < 1_000 ? 'just now' : `${lengthOf(ms)} ago`
}

const hourOf = (ms: number | undefined): string =>
  ms === undefined ? '' : `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** One note, as a sentence. */
export function noteInWords({
  what,
  numbers,
  words,
  who,
}: Pick<NoteAnswer, 'what' | 'numbers' | 'words' | 'who'>): string {
  const cause = words.cause === undefined ? '' : `: ${words.cause}`
  switch (what) {
    case 'taken':
      return `${who} began to run it`
    case 'released':
      return `${who} stopped running it`
    case 'connected': {
      const { attempts = 0, away_ms = 0 } = numbers
      return attempts === 0
        ? `connected, as ${words.connection ?? ''}`
        : `connected again, as ${words.connection ?? ''}, after ${lengthOf(away_ms)} and ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`
    }
    case 'dropped':
      return `the session ended${cause}`
    case 'failed':
      return `no session${cause}`
    case 'conflict':
      return `409${cause}`
    case 'archive_begun':
      return `fetching hours from the archive, from ${hourOf(numbers.from)}`
    case 'archive_done':
      return `${numbers.hours ?? 0} h fetched from the archive, ${hourOf(numbers.from)} to ${hourOf(numbers.to)}: ${numbers.frames ?? 0} frames`
    case 'archive_failed':
      return `the archive did not answer${cause}`
    case 'listed':
      return `${numbers.hours ?? 0} h to be fetched from the archive, ${hourOf(numbers.from)} to ${hourOf(numbers.to)}, ${whys[words.why ?? ''] ?? words.why ?? ''}`
    case 'gap':
      return `LOST: events from ${hourOf(numbers.from)} to ${hourOf(numbers.to)} can no longer be had (${words.why ?? ''})`
    default:
      return what
  }
}

const whys: Readonly<Record<string, string>> = {
  start: 'as start_time asks',
  outage: 'after an absence of more than an hour',
  healing: 'after an end that may have lost something',
  reconcile: 'to compare',
}
