// The accounting: what was offered against what arrived, event by event, by the hash of its bytes. Pure.

import type { TopicCounts } from './topic-counts.ts'

export interface Accounting extends TopicCounts {
  /** Frames that Proofpoint's simulator has sent, repeated ones included. */
  readonly offered: number
  /** Different contents that ought to come out. */
  readonly expected: number
  /** Of those, the ones that came out. */
  readonly delivered: number
  readonly lost: number
  /** Contents that came out and were never offered. */
  readonly changed: number
  /** Copies beyond the first, at the sink. */
  readonly doubled: number
}

/**
 * Adds up a run.
 * @param offered every content sent, by hash, and whether it is an event at all
 * @param arrived every content received, by hash, with the number of copies
 */
export function account(
  topics: TopicCounts,
  offered: { frames: number; contents: Iterable<[hash: string, isEvent: boolean]> },
  arrived: Iterable<[hash: string, copies: number]>,
): Accounting {
  const copies = new Map(arrived)
  let expected = 0
  let delivered = 0
  const known = new Set<string>()
  for (const [hash, isEvent] of offered.contents) {
    if (!isEvent) continue
    expected++
    known.add(hash)
    if (copies.has(hash)) delivered++
  }
  let changed = 0
  let doubled = 0
  for (const [hash, count] of copies) {
    if (!known.has(hash)) changed++
    doubled += count - 1
  }
  return {
    ...topics,
    offered: offered.frames,
    expected,
    delivered,
    lost: expected - delivered,
    changed,
    doubled,
  }
}

/** Why an accounting does not close; empty when it does. Doubles at the sink count only where none are allowed. */
export function gaps(a: Accounting, { doublesAllowed }: { doublesAllowed: boolean }): string[] {
  const found: string[] = []
  const wrong = (holds: boolean, text: string): void => {
    if (!holds) found.push(text)
  }
  wrong(
    a.received === a.unique + a.duplicate + a.rejected,
    `received ${a.received} is not unique ${a.unique} + duplicate ${a.duplicate} + rejected ${a.rejected}`,
  )
  wrong(
    a.unique === a.inUnique,
    `the ledger counts ${a.unique} unique events and the topic holds ${a.inUnique}`,
  )
  wrong(a.doubledInUnique === 0, `${a.doubledInUnique} events stand twice in unique`)
  wrong(a.lost === 0, `${a.lost} events were lost`)
  wrong(a.changed === 0, `${a.changed} events were changed`)
  wrong(doublesAllowed || a.doubled === 0, `${a.doubled} events were delivered twice`)
  return found
}

/** The accounting on one line, for people. */
export function sentenceOf(a: Accounting): string {
  const n = (value: number): string => value.toLocaleString('en-US')
  return `received ${n(a.received)} = unique ${n(a.unique)} + duplicate ${n(a.duplicate)} + rejected ${n(a.rejected)}      delivered ${n(a.delivered)}   lost ${n(a.lost)}   changed ${n(a.changed)}   doubled ${n(a.doubled)}`
}
