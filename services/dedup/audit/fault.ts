// What an audit says when an account does not close: where, what was expected, what was found, and what to do.

import type { TopicPartition } from '@podpipe/runtime/kafka/group/assigner.ts'

/** What is wrong, in words that go on after the place at which it was found. */
export interface Fault {
  readonly expected: string
  readonly found: string
  /** What to do, as a whole sentence. */
  readonly advice: string
}

/** A fault with its place: the record to look at. */
export interface Disagreement extends Fault {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

/** A fault at its place; undefined where there is none. */
export const disagreementAt = (
  { topic, partition }: TopicPartition,
  offset: number,
  fault: Fault | undefined,
): Disagreement | undefined => (fault === undefined ? undefined : { topic, partition, offset, ...fault })

/** What to do about a record that dedup does not write. */
export const foreign =
  'Nothing but dedup may write there: find out who else does, and take the right to write from them. A ledger that only dedup has written is a fault of podpipe: keep the topics and report it.'

/** What to do about one that is missing. */
export const lost =
  'If nobody has deleted records by hand, it is a fault of podpipe: keep the topics, raw above all, and report it.'

/** What to do about one that may only be hidden. */
export const standsOpen = (topic: string): string =>
  `A transaction stands open in ${topic} and hides what lies behind it: start dedup, which ends it, and run this again.`

/** A record of dedup's own that cannot be read. */
export const unreadableFault = (what: string, why: string): Fault => ({
  expected: `${what} that this version of podpipe can read`,
  found: why,
  advice: foreign,
})
