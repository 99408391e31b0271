// Audits one partition: its ledger block by block, and beside it what unique, rejected and raw hold for the raw
// records of the block. It stops at the first disagreement: behind it every number would be wrong.
//
// Retention deletes from the beginning of each topic by itself. What is compared is what the rest can prove:
// - Ledger: the first block that is left says where its totals stand, not what it adds. The account begins behind
//   it, or at the first record where nothing was deleted.
// - Unique and rejected ascend by raw offset. What was deleted lay before the first one that is left, so a block is
//   whole when its raw records begin there or behind; of an earlier block there can be no more than it claims.
// - Raw: a block is whole when its first record is still there. Of an earlier one an offset counts as a record.

import type { Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { readRange } from '@podpipe/runtime/kafka/read/read-range.ts'
import type { SeenBlock } from '@podpipe/schemas/records.ts'
import { decodedBy, openCursor } from '../cursor.ts'
import type { Places } from '../places.ts'
import { clocksBehind, noTotals, type Totals } from '../state.ts'
import {
  claimOf,
  countFault,
  firstStretch,
  ledgerFault,
  madeAnewFault,
  type Stretch,
  type Whole,
} from './account.ts'
import type { Ends, PartitionEnds } from './ends.ts'
import { begin, expire, type Found, type Memory, move } from './fates.ts'
import { type Disagreement, disagreementAt, unreadableFault } from './fault.ts'
import { movesIds } from './moves.ts'
import { countBefore, type Rejects } from './rejects.ts'
import { openWalk } from './walk.ts'

/** What an audit has found out about a partition. */
export interface PartitionAudit {
  /** The ledger's last totals: everything since the partition's first record. */
  readonly totals: Totals
  /** From this raw offset on the account was held; undefined where there is no ledger to hold it against. */
  readonly provenFrom: number | undefined
  /** The first raw offset that is not decided. */
  readonly provenTo: number
  /** Events in unique, and raw records with a reject, that were held against the ledger. */
  readonly inUnique: number
  readonly inRejected: number
  /** Rejects beyond the first of a raw record. */
  readonly repeatedRejects: number
  /** Raw records that are decided and still there, and those that are not decided yet. */
  readonly inRaw: number
  readonly waiting: number
  /** Topics whose beginning retention has deleted. */
  readonly cut: readonly string[]
  /** What --deep has found, where it could begin. */
  readonly deep: Found | undefined
  readonly disagreement: Disagreement | undefined
}

/**
 * Audits a partition up to its ends.
 * @param options.memory given for --deep
 * @throws OffsetGoneError when retention has deleted what was about to be read: begin again
 */
export async function auditPartition(options: {
  fetcher: Fetcher
  places: Places
  ends: PartitionEnds
  open: Ends['open']
  rejects: Rejects
  memory: Memory | undefined
}): Promise<PartitionAudit> {
  const { fetcher, places, ends, open, rejects, memory } = options
  const { raw, unique, seen } = places
  const [rawStart = 0, uniqueStart = 0, seenStart = 0] = await fetcher.edges([raw, unique, seen], 'start')
  const walk = openWalk({
    fetcher,
    places,
    starts: { raw: rawStart, unique: uniqueStart },
    ends,
    rejects: rejects.offsets,
    memory,
  })
  const blocks = openCursor(fetcher, seen, seenStart, ends.ledgerLater, decodedBy(seen.codec))
  let last: SeenBlock | undefined
  let moving = false
  let provenFrom: number | undefined
  let uniqueFrom = 0
  let [inUnique, inRejected] = [0, 0]

  const auditBlock = async (block: SeenBlock, offset: number): Promise<Disagreement | undefined> => {
    const goesOn = moving
    moving = movesIds(last, block, goesOn)
    const fault = ledgerFault(last, block, moving) ?? madeAnewFault(block.next_offset, raw, ends.raw)
    if (fault !== undefined) return disagreementAt(seen, offset, fault)
    if (last === undefined && seenStart > 0) {
      // Whether it moves ids cannot be seen without the block before it.
      moving = true
      provenFrom = block.next_offset
      const passed = await walk.to(block.next_offset, false)
      return 'topic' in passed ? passed : undefined
    }
    const stretch = stretchOf(last, block, rawStart)
    provenFrom ??= stretch.from
    const claim = claimOf(last, block)
    const rejected =
      countBefore(rejects.offsets, stretch.to) - countBefore(rejects.offsets, last?.next_offset ?? 0)
    const whole: Whole = {
      unique: stretch.from >= uniqueFrom,
      // A block that misses none of its rejects is whole, whatever was deleted before it.
      rejected: rejected === claim.rejected || stretch.from >= rejects.wholeFrom,
      raw: stretch.from >= rawStart,
    }
    if (memory !== undefined && !memory.hasBegun && whole.raw && whole.unique)
      begin(memory, last && clocksBehind(last))
    const passed = await walk.to(stretch.to, whole.rejected)
    if ('topic' in passed) return passed
    if (memory?.hasBegun && moving) move(memory, block, goesOn)
    if (memory !== undefined) expire(memory)
    inUnique += passed.unique
    inRejected += rejected
    const isDense = claim.decided === stretch.to - stretch.from
    const counted = passed.raw ?? (isDense || !whole.raw ? undefined : await countRaw(stretch))
    return disagreementAt(
      seen,
      offset,
      countFault(stretch, claim, { unique: passed.unique, rejected, raw: counted }, whole, places, open),
    )
  }

  const countRaw = async ({ from, to }: Stretch): Promise<number> => {
    let records = 0
    for await (const chunk of readRange(fetcher, raw, from, to)) records += chunk.length
    return records
  }

  const audit = async (): Promise<Disagreement | undefined> => {
    // Both are looked at at once, so that one request to Kafka serves both.
    const [first] = await Promise.all([walk.firstEvent(), blocks.peek()])
    if (uniqueStart > 0) uniqueFrom = first ?? Number.POSITIVE_INFINITY
    let ledgerEnd = 0
    for (let next = await blocks.peek(); next !== undefined; next = await blocks.peek()) {
      blocks.skip()
      const { record, value } = next
      if (typeof value === 'string') {
        return disagreementAt(seen, record.offset, unreadableFault('a block', value))
      }
      // Later blocks are no part of the account; they only say what dedup has decided since.
      if (record.offset < ends.ledger) {
        const wrong = await auditBlock(value, record.offset)
        if (wrong !== undefined) return wrong
        last = value
      }
      ledgerEnd = value.next_offset
    }
    // Where retention has left nothing of a ledger, it accounts for nothing.
    return last === undefined && seenStart > 0 ? undefined : walk.rest(ledgerEnd, open)
  }

  try {
    const disagreement = await audit()
    const provenTo = last?.next_offset ?? 0
    return {
      totals: totalsOf(last),
      provenFrom,
      provenTo,
      inUnique,
      inRejected,
      repeatedRejects: rejects.repeated,
      inRaw: Math.max(0, provenTo - rawStart),
      waiting: Math.max(0, ends.raw - Math.max(provenTo, rawStart)),
      cut: [
        ...(rawStart > 0 ? [raw.topic] : []),
        ...(uniqueStart > 0 ? [unique.topic] : []),
        ...(seenStart > 0 ? [seen.topic] : []),
        ...(rejects.isCut ? [places.rejected.topic] : []),
      ],
      deep: memory?.hasBegun ? memory.found : undefined,
      disagreement,
    }
  } finally {
    await Promise.all([walk.close(), blocks.close()])
  }
}

const stretchOf = (before: SeenBlock | undefined, block: SeenBlock, rawStart: number): Stretch =>
  before === undefined ? firstStretch(block, rawStart) : { from: before.next_offset, to: block.next_offset }

const totalsOf = (block: SeenBlock | undefined): Totals =>
  block === undefined ? noTotals : claimOf(undefined, block)
