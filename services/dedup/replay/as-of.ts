// What a task knew when it came to an offset of raw: the ledger up to there, and the records between its last
// block and that offset. Whoever decides again from there decides what was decided the first time.

import type { TopicPartition } from '@podpipe/runtime/kafka/group/assigner.ts'
import type { RangeReader } from '@podpipe/runtime/kafka/read/fetcher.ts'
import type { SeenBlock } from '@podpipe/schemas/records.ts'
import { recover } from '../ledger.ts'
import type { Places } from '../places.ts'
import { endingAt, searchPartition } from '../search.ts'
import { createState, type State, type Windows } from '../state.ts'

/** A partition of raw and its ledger. */
export type RawAndLedger = Pick<Places, 'seen'> & { readonly raw: TopicPartition }

/** Where to begin, so as to know everything at a certain offset of raw. */
export interface StartingPoint {
  /** The first raw offset to decide; what lies before the offset asked for only warms up. */
  readonly from: number
  /** Where the ledger is to be taken as ended; undefined when nothing of it is needed. */
  readonly ledgerEnd: number | undefined
  /** Raw begins at the offset asked for and once began before it: what came before has been deleted. */
  readonly isCut: boolean
  /** Why decisions may differ from the first ones; undefined when they cannot. */
  readonly doubt: string | undefined
}

/**
 * Finds where to begin for `rawOffset`, an offset that raw still has or its end.
 *
 * The last block that ends at or before it holds the state; its raw records from there on do the rest. That is
 * exact if every block that may hold a live id is still there, and every raw record behind the last of them.
 */
export async function startingPoint(
  fetcher: RangeReader,
  { raw, seen }: RawAndLedger,
  rawOffset: number,
): Promise<StartingPoint> {
  const { start: rawStart } = await fetcher.offsets(raw)
  const { start: seenStart } = await fetcher.offsets(seen)
  const { before, first } = await searchPartition(
    fetcher,
    seen,
    seen.codec,
    block => block.next_offset > rawOffset,
  )
  const isCut = rawStart > 0 && rawOffset === rawStart
  if (before !== undefined) {
    const { offset, value: block } = before
    const from = Math.max(rawStart, block.next_offset)
    const doubt =
      block.oldest_block >= 0 && block.oldest_block < seenStart
        ? `its ids reach back to offset ${block.oldest_block} of ${seen.topic}, which begins at ${seenStart} by now`
        : block.next_offset < rawStart
          ? `${raw.topic} has lost its records from ${block.next_offset} to ${rawStart - 1}, which come before it`
          : undefined
    return { from, ledgerEnd: offset + 1, isCut, doubt }
  }
  // A ledger that still has its first offset has lost nothing: the task began with nothing in mind. Raw has an
  // offset for each record, so the first block tells where.
  const begun = first === undefined ? rawStart : first.value.next_offset - first.value.decided
  const whole = seenStart === 0 && rawStart <= begun
  return {
    from: rawStart,
    ledgerEnd: undefined,
    isCut,
    doubt: whole ? undefined : `${seen.topic} does not reach back so far: it begins at offset ${seenStart}`,
  }
}

/** What the ledger says of everything before an offset of raw: its last block that ends there or before. */
export async function accountUpTo(
  fetcher: RangeReader,
  { seen }: Pick<Places, 'seen'>,
  rawOffset: number,
): Promise<SeenBlock | undefined> {
  const { before } = await searchPartition(
    fetcher,
    seen,
    seen.codec,
    ({ next_offset: next }) => next > rawOffset,
  )
  return before?.value
}

/**
 * The append time of raw from which on there is no doubt, in milliseconds since 1970; undefined when there is no
 * such time yet.
 */
export async function exactSince(
  fetcher: RangeReader,
  { raw, seen }: RawAndLedger,
): Promise<number | undefined> {
  const { start: rawStart } = await fetcher.offsets(raw)
  const { start: seenStart } = await fetcher.offsets(seen)
  const { first } = await searchPartition(
    fetcher,
    seen,
    seen.codec,
    ({ next_offset: next, oldest_block: oldest }) => next >= rawStart && (oldest < 0 || oldest >= seenStart),
  )
  return first === undefined ? undefined : first.timestamp + 1
}

/** The state at a starting point: what the live task knew there. */
export async function recoverAt(
  fetcher: RangeReader,
  { seen }: Pick<Places, 'seen'>,
  { ledgerEnd }: StartingPoint,
  windows: Windows,
): Promise<State> {
  if (ledgerEnd === undefined) return createState(windows)
  return recover(endingAt(fetcher, ledgerEnd), seen, seen.codec, windows)
}
