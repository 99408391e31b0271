// How far an audit reads beside a dedup that works on. A transaction becomes visible in its three topics one after
// the other, so the ends are asked for in an order in which nothing can be missing and nothing be too much:
//
// 1. The ledger, as far as it is committed: what its blocks claim is what is accounted for.
// 2. Unique and rejected, as far as they are *written* now. dedup writes a transaction's events and rejects before it
//    commits, so everything that a block of step 1 claims lies before these ends. Then it is waited until nothing
//    stands open before them.
// 3. The ledger once more, as far as it is written now: every event before the ends of step 2 has its block before
//    this one.

import { setTimeout as sleep } from 'node:timers/promises'
import { nameOf, type TopicPartition } from '@podpipe/runtime/kafka/group/assigner.ts'
import type { Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'

/** The topics of one partition, and the offset at which each is read no further. */
export interface PartitionEnds {
  /** Blocks before this are accounted for. */
  readonly ledger: number
  /** Blocks before this only say what dedup has decided meanwhile. */
  readonly ledgerLater: number
  readonly unique: number
  readonly raw: number
}

export interface Ends {
  /** In the order of the question. */
  readonly partitions: readonly PartitionEnds[]
  readonly rejected: number
  /** Partitions, such as `pod.rejected-0`, in which a transaction has stood open for longer than one can last. */
  readonly open: readonly string[]
}

// Longer than a transaction may take, which is 30 s, and the broker's round that ends it, every 10 s.
const patience = 45_000
const pause = 20

/**
 * Asks where to stop; it waits while transactions are under way.
 * @param wait milliseconds after which a transaction counts as one that nobody ends
 */
export async function findEnds(
  fetcher: Pick<Fetcher, 'edges'>,
  partitions: readonly { raw: TopicPartition; unique: TopicPartition; seen: TopicPartition }[],
  rejected: TopicPartition,
  wait = patience,
): Promise<Ends> {
  const seen = partitions.map(each => each.seen)
  const ledger = await fetcher.edges(seen, 'stable')
  const raw = await fetcher.edges(
    partitions.map(each => each.raw),
    'stable',
  )
  const written = await settled(fetcher, [...partitions.map(each => each.unique), rejected], wait)
  const later = await settled(fetcher, seen, wait)
  const at = (ends: readonly number[], index: number): number => ends[index] ?? 0
  return {
    partitions: partitions.map((_, index) => ({
      ledger: at(ledger, index),
      ledgerLater: at(later.ends, index),
      unique: at(written.ends, index),
      raw: at(raw, index),
    })),
    rejected: at(written.ends, partitions.length),
    open: [...written.open, ...later.open],
  }
}

/** The ends of what is written now, once all of it is committed or aborted. */
async function settled(
  fetcher: Pick<Fetcher, 'edges'>,
  places: readonly TopicPartition[],
  wait: number,
): Promise<{ ends: number[]; open: string[] }> {
  const written = await fetcher.edges(places, 'high')
  for (const until = performance.now() + wait; ; ) {
    const stable = await fetcher.edges(places, 'stable')
    const isOpen = (index: number): boolean => (stable[index] ?? 0) < (written[index] ?? 0)
    const open = places.filter((_, index) => isOpen(index))
    if (open.length === 0) return { ends: written, open: [] }
    if (performance.now() > until) {
      return {
        ends: written.map((end, index) => Math.min(end, stable[index] ?? 0)),
        open: open.map(nameOf),
      }
    }
    await sleep(pause)
  }
}
