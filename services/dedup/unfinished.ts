// A transaction that Kafka calls done, and that still stands open in a partition: was it committed or aborted?
//
// Kafka can lose the marker that says so in a partition (see runtime/kafka/write/open-transaction.ts). Whoever writes
// there next decides it without knowing: events would be lost, or stand twice. So a task that takes a partition
// over looks first, and finds the answer in the other partition: a transaction of dedup writes its events
// to `unique` and then their block to `seen`, both or none.

import type { Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { lastRecord } from '@podpipe/runtime/kafka/read/last-record.ts'
import type { KafkaRecord } from '@podpipe/runtime/kafka/read/record.ts'
import type { TransactionEnd } from '@podpipe/runtime/kafka/write/open-transaction.ts'
import type { Places } from './places.ts'

/** What the two partitions show, in offsets of the raw partition. */
export interface Evidence {
  /** The raw record of the first event that stands open in `unique`. */
  readonly openInUnique: number | undefined
  readonly isOpenInSeen: boolean
  /** The raw record of the last committed event in `unique`. */
  readonly lastUnique: number | undefined
  /** Where the committed ledger ends. */
  readonly ledgerEnd: number
}

/**
 * How the open transaction must be ended; undefined when there is none.
 *
 * Open in both, nobody can have seen any of it: it is aborted and done again. Its rejects may stand in
 * `rejected` already and then stand there twice.
 */
export function endOf(evidence: Evidence): TransactionEnd | undefined {
  const { openInUnique, isOpenInSeen, lastUnique, ledgerEnd } = evidence
  if (openInUnique !== undefined) {
    if (isOpenInSeen) return 'aborted'
    return openInUnique < ledgerEnd ? 'committed' : 'aborted'
  }
  if (!isOpenInSeen) return undefined
  return lastUnique !== undefined && lastUnique >= ledgerEnd ? 'committed' : 'aborted'
}

/** The two partitions of a task, and how to read them. */
export type Outputs = Pick<Places, 'unique' | 'seen'>

/**
 * Looks for an open transaction. Call it only when the transactional id has been taken over: whatever is open
 * then is open for good.
 */
export async function findUnfinished(
  fetcher: Fetcher,
  { unique, seen }: Outputs,
): Promise<TransactionEnd | undefined> {
  const [uniqueEnd = 0, seenEnd = 0] = await fetcher.edges([unique, seen], 'stable')
  const [uniqueHigh = 0, seenHigh = 0] = await fetcher.edges([unique, seen], 'high')
  if (uniqueEnd >= uniqueHigh && seenEnd >= seenHigh) return undefined

  const open = await fetcher.firstRecord(unique, uniqueEnd, uniqueHigh)
  const lastEvent = await lastRecord(fetcher, unique)
  const lastBlock = await lastRecord(fetcher, seen)
  const rawOffset = (record: KafkaRecord | undefined): number | undefined =>
    record?.value == null ? undefined : unique.codec.decode(record.value).raw_offset
  return endOf({
    openInUnique: rawOffset(open),
    isOpenInSeen: seenEnd < seenHigh,
    lastUnique: rawOffset(lastEvent),
    ledgerEnd: lastBlock?.value == null ? 0 : seen.codec.decode(lastBlock.value).next_offset,
  })
}
