// The ledgers of a service for another number of partitions: each live id goes to the partition that its key
// belongs to from now on. Pure.

import { partitionOfKey } from '@podpipe/runtime/kafka/key-partitioner.ts'
import type { OutgoingRecord } from '@podpipe/runtime/kafka/producer.ts'
import { forward } from '@podpipe/runtime/outcome.ts'
import type { SeenBlock } from '@podpipe/schemas/records.ts'
import type { Topic } from '@podpipe/schemas/topics.ts'
import { blockOf } from './batch.ts'
import { withTime } from './decide.ts'
import type { LiveId } from './live-ids.ts'
import { createState, noTotals, type State, type Totals } from './state.ts'
import type { Clocks } from './window.ts'

/** What a partition goes on from. */
export interface Account {
  readonly totals: Totals
  /** The first raw offset that is not decided. */
  readonly nextOffset: number
}

const none: Account = { totals: noTotals, nextOffset: 0 }

// Far below the largest record that a broker takes.
const idsOfBlock = 100_000

/**
 * The clocks that every partition goes on from: the lowest ones, so that no id leaves its window earlier because
 * it has moved. The next record of a partition sets them right.
 */
export function lowestClocks(states: readonly Pick<State, 'clocks'>[]): Clocks {
  const lowest = (times: number[]): number => {
    const begun = times.filter(Number.isFinite)
    return begun.length === 0 ? Number.NEGATIVE_INFINITY : Math.min(...begun)
  }
  return {
    event: lowest(states.map(({ clocks }) => clocks.event)),
    append: lowest(states.map(({ clocks }) => clocks.append)),
  }
}

/**
 * The blocks that each partition's ledger goes on with; a partition without ids gets one as well, so that the
 * change can be seen in all of them. They count nothing: decided = unique + duplicate + rejected stays true.
 * @param accounts of the partitions that there were
 * @param ends where the partitions of `seen` end, the new ones too: the first block of each comes to lie there
 */
export function redistribute(
  seen: Topic<SeenBlock>,
  accounts: readonly Account[],
  ids: readonly LiveId[],
  clocks: Clocks,
  ends: readonly number[],
): OutgoingRecord[] {
  const byPartition = Map.groupBy(ids, ({ key }) => partitionOfKey(key, seen.partitions))
  // One key for all of them: each id is known under another fingerprint from now on.
  const fresh = createState({ live: 0, archive: 0 })
  return Array.from({ length: seen.partitions }, (_, partition) => {
    const { totals, nextOffset } = accounts[partition] ?? none
    const own = [...(byPartition.get(partition) ?? [])].sort(
      (a, b) => a.accepted.known.appendTime - b.accepted.known.appendTime,
    )
    const known = new Set<string>()
    return inBlocks(own).map((ofBlock, at) => {
      const decided = ofBlock.map(({ record, accepted }) => {
        const { cluster, service, id } = accepted.event
        const name = `${cluster}\0${id}`
        // The further times of an id are remembered beside the first one, as they are decided.
        const bytes = known.has(name) ? withTime(id, accepted.known.eventTime) : Buffer.from(id)
        known.add(name)
        const fingerprint = fresh.fingerprintOf(cluster, service, bytes)
        return { record, outcome: forward({ ...accepted, fingerprint }) }
      })
      const block: SeenBlock = {
        ...blockOf({ decided, nextOffset }, fresh, clocks),
        ...totals,
        oldest_block: at === 0 ? -1 : (ends[partition] ?? 0),
      }
      return { topic: seen.name, partition, key: null, value: seen.codec.encode(block) }
    })
  }).flat()
}

function inBlocks(ids: readonly LiveId[]): LiveId[][] {
  const blocks = [ids.slice(0, idsOfBlock)]
  for (let at = idsOfBlock; at < ids.length; at += idsOfBlock) blocks.push(ids.slice(at, at + idsOfBlock))
  return blocks
}
