// Whether the account of a partition closes: what the ledger claims against what was counted in the topics.
// Pure; partition.ts reads.

import { nameOf, type TopicPartition } from '@podpipe/runtime/kafka/group/assigner.ts'
import type { Event, SeenBlock } from '@podpipe/schemas/records.ts'
import type { Totals } from '../state.ts'
import { type Fault, foreign, lost, standsOpen } from './fault.ts'

/** Raw offsets from `from` up to, not including, `to`. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

/** What the topics hold for the raw records of one block. */
export interface Counted {
  readonly unique: number
  /** Raw records that have a reject, however often it stands there. */
  readonly rejected: number
  /** undefined where raw was not read: then a record has an offset and an offset a record. */
  readonly raw: number | undefined
}

/** Whether retention has left a topic whole for the raw records of one block. */
export interface Whole {
  readonly unique: boolean
  readonly rejected: boolean
  readonly raw: boolean
}

const madeAnew =
  'Where raw was deleted and made anew, the rejects of the old one are counted until retention deletes them.'

/** The block's own sums. */
function sumFault({ decided, unique, duplicate, rejected }: SeenBlock): Fault | undefined {
  if (decided === unique + duplicate + rejected) return undefined
  return {
    expected: `decided = unique ${unique} + duplicate ${duplicate} + rejected ${rejected}, which is ${unique + duplicate + rejected}`,
    found: `decided ${decided}`,
    advice: foreign,
  }
}

/**
 * Whether a block can stand behind the one before it.
 * @param before the block before; undefined where retention has deleted it
 * @param moves whether it moves ids and decides nothing; see moves.ts
 */
export function ledgerFault(
  before: SeenBlock | undefined,
  block: SeenBlock,
  moves: boolean,
): Fault | undefined {
  const fault = sumFault(block)
  if (fault !== undefined || before === undefined) return fault
  for (const total of ['decided', 'unique', 'duplicate', 'rejected'] as const) {
    if (block[total] >= before[total]) continue
    return {
      expected: `a total of ${total} that does not go back from ${before[total]}`,
      found: `${block[total]}`,
      advice: foreign,
    }
  }
  // dedup writes no block without a decision, so a block that stays where it was is a second copy.
  if (moves || block.next_offset > before.next_offset) return undefined
  return {
    expected: `a next_offset behind ${before.next_offset}, where the block before it ends`,
    found: `${block.next_offset}`,
    advice: foreign,
  }
}

/** Totals of the stretch that a block adds. */
export function claimOf(before: SeenBlock | undefined, block: SeenBlock): Totals {
  return {
    decided: block.decided - (before?.decided ?? 0),
    unique: block.unique - (before?.unique ?? 0),
    duplicate: block.duplicate - (before?.duplicate ?? 0),
    rejected: block.rejected - (before?.rejected ?? 0),
  }
}

/**
 * The raw records of the first block that was ever written. dedup began where raw began then, which may have been
 * behind offset 0.
 * @param rawStart where raw begins now
 */
export function firstStretch({ next_offset: to, decided }: SeenBlock, rawStart: number): Stretch {
  return { from: Math.max(0, Math.min(to - decided, rawStart)), to }
}

/**
 * Whether the topics hold what a block claims for its raw records. Where a topic has lost its beginning they must
 * hold no more than that.
 * @param open partitions in which a transaction stands open, such as `pod.rejected-0`
 */
export function countFault(
  stretch: Stretch,
  claim: Totals,
  counted: Counted,
  whole: Whole,
  places: {
    readonly unique: TopicPartition
    readonly rejected: TopicPartition
    readonly raw: TopicPartition
  },
  open: readonly string[],
): Fault | undefined {
  for (const kind of ['unique', 'rejected'] as const) {
    const [claims, holds, place] = [claim[kind], counted[kind], nameOf(places[kind])]
    if (holds === claims || (holds < claims && !whole[kind])) continue
    const missing = open.includes(place) ? standsOpen(place) : lost
    const tooMany = kind === 'rejected' ? `${foreign} ${madeAnew}` : foreign
    return {
      expected: `${claims} in ${place} for ${offsets(stretch)}, as this block counts`,
      found: `${holds}`,
      advice: holds > claims ? tooMany : missing,
    }
  }
  return rawFault(stretch, claim.decided, counted.raw, whole.raw, nameOf(places.raw))
}

function rawFault(
  stretch: Stretch,
  decided: number,
  counted: number | undefined,
  whole: boolean,
  place: string,
): Fault | undefined {
  // What retention has deleted had one record an offset: ingest writes raw without transactions.
  const records = whole && counted !== undefined ? counted : stretch.to - stretch.from
  if (records === decided) return undefined
  const expected = `${records} decided, the records of ${place} at ${offsets(stretch)}`
  const found = `${decided} by this block`
  if (decided > records) return { expected, found, advice: foreign }
  return {
    expected,
    found: `${found}: ${records - decided} were decided by nobody`,
    advice: whole
      ? lost
      : 'Retention has deleted them from raw before dedup came to them, and they are lost: give the raw topics a longer retention than dedup is ever away.',
  }
}

/**
 * Whether an event can stand where it stands in unique: its raw record lies in the same partition, behind that of
 * the event before it.
 * @param before raw offset of the event before it
 */
export function eventFault(
  partition: number,
  before: number | undefined,
  { raw_partition, raw_offset }: Event,
): Fault | undefined {
  if (raw_partition !== partition) {
    return {
      expected: `an event of raw partition ${partition}`,
      found: `raw partition ${raw_partition}`,
      advice: foreign,
    }
  }
  if (before === undefined || raw_offset > before) return undefined
  return {
    expected: `an event of a raw record behind offset ${before}, which the event before it has`,
    found: `raw offset ${raw_offset}${raw_offset === before ? ': the event stands there twice' : ': it stands there for the second time, or dedup has not written it'}`,
    advice: foreign,
  }
}

/**
 * Whether a block accounts for an event behind the last block.
 * @param ledgerEnd the first raw offset that no block decides
 */
export function beyondFault(
  { raw_offset }: Event,
  ledgerEnd: number,
  seen: TopicPartition,
  open: readonly string[],
): Fault | undefined {
  if (raw_offset < ledgerEnd) return undefined
  const ledger = nameOf(seen)
  return {
    expected: `an event of a raw record before offset ${ledgerEnd}, where the ledger in ${ledger} ends`,
    found: `raw offset ${raw_offset}, which no block accounts for`,
    advice: open.includes(ledger) ? standsOpen(ledger) : foreign,
  }
}

/** A ledger that goes on where raw has ended. */
export function madeAnewFault(
  nextOffset: number,
  { topic, partition }: TopicPartition,
  rawEnd: number,
): Fault | undefined {
  if (nextOffset <= rawEnd) return undefined
  return {
    expected: `a next_offset of ${rawEnd} at most, where ${topic}, partition ${partition}, ends`,
    found: `${nextOffset}`,
    advice: `${topic} was deleted and made anew, or somebody else than dedup wrote the block: restore the topic, or delete the seen and unique topics of this service as well.`,
  }
}

const offsets = ({ from, to }: Stretch): string =>
  to - from === 1 ? `raw offset ${from}` : `raw offsets ${from} to ${to - 1}`
