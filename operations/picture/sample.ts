// The figures of a moment that are kept, to be looked back on as charts. Pure.

import type { HistoryEntry } from '@podpipe/schemas/records.ts'
import type { Picture } from './picture.ts'

/** What the samples of the flow are about, in the topic of history. */
export const flowSubject = 'flow'

/** Figures of one moment by name; rates are a second. Of an output: `delivered/NAME`, `lag/NAME`, `lag_seconds/NAME`. */
export interface Sample {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly figures: Readonly<Record<string, number>>
}

/** What of a picture is kept. A rate that is not known is left out. */
export function sampleOf({ at, sessions, dedup, outputs, account }: Picture): Sample {
  const figures: Record<string, number> = {}
  const add = (name: string, value: number | null | undefined): void => {
    // A tenth of an event a second is as fine as anybody looks.
    if (value !== null && value !== undefined) figures[name] = Math.round(value * 10) / 10
  }
  const total = (values: readonly (number | null)[]): number | null =>
    values.length === 0 || values.includes(null)
      ? null
      : values.reduce<number>((sum, each) => sum + Number(each), 0)
  add('in', total(sessions.map(session => session.in)))
  add('in_bytes', total(sessions.map(({ inBytes }) => inBytes)))
  add('open', sessions.filter(({ isOpen }) => isOpen).length)
  for (const outcome of ['unique', 'duplicate', 'rejected'] as const)
    add(outcome, total(dedup.map(kind => kind[outcome])))
  // Kafka knows what waits also while nobody works on it.
  add('lag/dedup', account?.undecided ?? total(dedup.map(({ lag }) => lag)))
  for (const { name, waiting } of account?.outputs ?? []) add(`lag/${name}`, waiting)
  if (dedup.length > 0) add('lag_seconds/dedup', Math.max(...dedup.map(({ lagSeconds }) => lagSeconds)))
  for (const { name, delivered, lag, lagSeconds } of outputs) {
    add(`delivered/${name}`, delivered)
    if (figures[`lag/${name}`] === undefined) add(`lag/${name}`, lag)
    add(`lag_seconds/${name}`, lagSeconds)
  }
  add(
    'missing',
    account && account.missing + account.outputs.reduce((sum, { missing }) => sum + Math.abs(missing), 0),
  )
  return { at: Date.parse(at), figures }
}

/** @param who the process that took it */
export const entryOf = ({ at, figures }: Sample, who: string): HistoryEntry => ({
  at,
  kind: 'sample',
  subject: flowSubject,
  what: 'flow',
  who,
  numbers: figures,
  words: {},
})

/** The samples of the flow among what is in the topic, the oldest first. */
export const samplesAmong = (entries: readonly HistoryEntry[]): Sample[] =>
  entries
    .filter(({ kind, subject }) => kind === 'sample' && subject === flowSubject)
    .map(({ at, numbers }) => ({ at, figures: numbers }))
    .sort((a, b) => a.at - b.at)
