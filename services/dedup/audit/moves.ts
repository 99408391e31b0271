// What an audit makes of the blocks that `podpipe topics apply` writes when partitions are added: they decide nothing,
// and say which ids a partition knows from there on. Pure.

import type { KafkaRecord } from '@podpipe/runtime/kafka/read/record.ts'
import { createFingerprints, type TakeFingerprint } from '@podpipe/schemas/id-fingerprint.ts'
import type { RawFrame, SeenBlock } from '@podpipe/schemas/records.ts'
import { eachSeenId } from '@podpipe/schemas/seen-ids.ts'
import { withTime } from '../decide.ts'
import { createSeenStore, type SeenStore } from '../seen/store.ts'
import type { Remembered } from '../window.ts'

/**
 * Whether a block moves ids: it stays where the one before it was, and brings a key that the ledger has not had.
 * dedup keeps the key, and writes no block without a decision; so a second copy of its block is no such one.
 * @param before undefined where the ledger begins
 * @param goesOn whether the block before it moves ids, or may: then this one may bring more under the same key, which
 * came later than those, as a second copy would not
 */
export function movesIds(before: SeenBlock | undefined, block: SeenBlock, goesOn: boolean): boolean {
  if (before === undefined) return block.decided === 0
  const stays = (['next_offset', 'decided', 'unique', 'duplicate', 'rejected'] as const).every(
    each => block[each] === before[each],
  )
  if (!stays) return false
  if (!block.key.equals(before.key)) return true
  return (
    goesOn &&
    block.ids.length > 0 &&
    !block.ids.equals(before.ids) &&
    reachOf(block).first >= reachOf(before).last
  )
}

/** The earliest and the latest append time of a block's ids. */
function reachOf({ ids }: SeenBlock): { readonly first: number; readonly last: number } {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  eachSeenId(ids, (_fingerprint, _eventTime, appendTime) => {
    first = Math.min(first, appendTime)
    last = Math.max(last, appendTime)
  })
  return { first, last }
}

/** The ids that were moved to a partition; some 22 bytes each. */
export interface Moved {
  readonly seen: SeenStore
  readonly fingerprintOf: TakeFingerprint
}

/** What the blocks so far have brought, and this one. */
export function withMoved(before: Moved | undefined, { ids, key }: SeenBlock): Moved {
  const moved = before ?? { seen: createSeenStore(), fingerprintOf: createFingerprints(key) }
  moved.seen.addAll(ids)
  return moved
}

/** The acceptances of a frame's id that were moved: its last one, and the one of the same event time. */
export function findMoved(
  { seen, fingerprintOf }: Moved,
  { key }: KafkaRecord,
  { cluster, service }: RawFrame,
  eventTime: number | null,
): Remembered[] {
  const id = key ?? Buffer.alloc(0)
  return [id, withTime(id.toString(), eventTime)].flatMap(
    bytes => seen.find(fingerprintOf(cluster, service, bytes)) ?? [],
  )
}
