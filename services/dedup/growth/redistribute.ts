// The ledgers of a service for another number of partitions: each live id goes to the partition that its key
// belongs to from now on. Pure. Of an id nothing is kept but the 24 bytes that it takes in a ledger.

import type { DedupSettings } from '@podpipe/runtime/config/config.ts'
import { partitionOfKey } from '@podpipe/runtime/kafka/write/key-partitioner.ts'
import type { OutgoingRecord } from '@podpipe/runtime/kafka/write/outgoing.ts'
import type { SeenBlock } from '@podpipe/schemas/records.ts'
import { packSeenIds, type SeenId, sortSeenIds } from '@podpipe/schemas/seen-ids.ts'
import type { Topic } from '@podpipe/schemas/topics.ts'
import { blockOf } from '../batch.ts'
import { withTime } from '../decide.ts'
import { createState, noTotals, type State, type Totals } from '../state.ts'
import type { Clocks } from '../window.ts'
import type { LiveId } from './live-ids.ts'

/** What a partition goes on from. */
export interface Account {
  readonly totals: Totals
  /** The first raw offset that is not decided. */
  readonly nextOffset: number
}

/** Live ids on their way to other partitions. */
export interface Redistribution {
  readonly count: number
  /** Takes the next one. Those of one partition come in the order of their acceptance. */
  add(id: LiveId): void
  /**
   * The blocks that each partition's ledger goes on with; a partition without ids gets one as well, so that the
   * change can be seen in all of them. They count nothing: decided = unique + duplicate + rejected stays true.
   * It hands the ids out, so it can be called once.
   * @param accounts of the partitions that there were
   * @param ends where the partitions of `seen` end, the new ones too: the first block of each comes to lie there
   */
  records(accounts: readonly Account[], clocks: Clocks, ends: readonly number[]): OutgoingRecord[]
}

const none: Account = { totals: noTotals, nextOffset: 0 }

// Far below the largest record that a broker takes.
const bytesOfBlock = 24 * 100_000
// So many are packed at once.
const idsOfPack = 1_000

/**
 * The clocks that every partition goes on from: the lowest ones, so that no id leaves its window earlier because
 * it has moved. The next record of a partition sets them right.
 */
export function lowestClocks(all: readonly Clocks[]): Clocks {
  const lowest = (times: number[]): number => {
    const begun = times.filter(Number.isFinite)
    return begun.length === 0 ? Number.NEGATIVE_INFINITY : Math.min(...begun)
  }
  return { event: lowest(all.map(({ event }) => event)), append: lowest(all.map(({ append }) => append)) }
}

/** Begins with none. */
export function createRedistribution(
  seen: Topic<SeenBlock>,
  variants: DedupSettings['variants'],
): Redistribution {
  // One key for all of them: each id is known under another fingerprint from now on.
  const fresh = createState({ live: 0, archive: 0 })
  const waiting: SeenId[][] = Array.from({ length: seen.partitions }, () => [])
  const packed: Buffer[][] = Array.from({ length: seen.partitions }, () => [])
  let count = 0

  const pack = (partition: number): void => {
    const ids = waiting[partition]
    if (ids !== undefined) packed[partition]?.push(packSeenIds(ids.splice(0)))
  }

  return {
    get count() {
      return count
    },
    add(id) {
      const partition = partitionOfKey(id.key, seen.partitions)
      waiting[partition]?.push({ fingerprint: placeOf(id, fresh, variants), ...id.known })
      if (waiting[partition]?.length === idsOfPack) pack(partition)
      count++
    },
    records(accounts, clocks, ends) {
      return packed.flatMap((packs, partition) => {
        pack(partition)
        const ids = sortSeenIds(Buffer.concat(packs.splice(0)))
        const { totals, nextOffset } = accounts[partition] ?? none
        return inBlocks(ids).map((ofBlock, at) => {
          const block: SeenBlock = {
            ...blockOf({ decided: [], nextOffset }, fresh, clocks),
            ...totals,
            ids: ofBlock,
            oldest_block: at === 0 ? -1 : (ends[partition] ?? 0),
          }
          return { topic: seen.name, partition, key: null, value: seen.codec.encode(block) }
        })
      })
    },
  }
}

/**
 * The fingerprint under which dedup looks for an acceptance: the id's own. Where variants are published, a further
 * time of an id is remembered beside the first one.
 */
function placeOf(
  { cluster, service, key, known }: LiveId,
  { seen, fingerprintOf }: State,
  variants: DedupSettings['variants'],
): SeenId['fingerprint'] {
  const own = fingerprintOf(cluster, service, key)
  if (variants === 'reject') return own
  const before = seen.find(own)
  if (before !== undefined && before.eventTime !== known.eventTime) {
    return fingerprintOf(cluster, service, withTime(key.toString(), known.eventTime))
  }
  seen.add(own, known.eventTime, known.appendTime)
  return own
}

function inBlocks(ids: Buffer): Buffer[] {
  const blocks = [ids.subarray(0, bytesOfBlock)]
  for (let at = bytesOfBlock; at < ids.length; at += bytesOfBlock) {
    blocks.push(ids.subarray(at, at + bytesOfBlock))
  }
  return blocks
}
