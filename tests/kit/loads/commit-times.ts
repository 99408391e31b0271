// When each partition of dedup commits, as a reader of its ledger sees it, and how long it stands still between
// two commits. The records themselves do not say: they bear the append times of raw.

import type { TestContext } from 'node:test'
import { nameOf, type TopicPartition } from '@podpipe/runtime/kafka/group/assigner.ts'
import type { Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import type { PartitionReader } from '@podpipe/runtime/kafka/read/reader.ts'
import { atEnd } from '../at-end.ts'

export interface CommitTimes {
  /** Whether a partition has committed since a moment of performance.now(). */
  since(ledger: TopicPartition, moment: number): boolean
  /** The longest time without a commit in a partition, in ms, of all such times that end behind a moment. */
  longestPause(ledger: TopicPartition, moment: number): number
}

/** Reads the ledgers from their ends on until the test ends. */
export async function watchCommits(
  t: TestContext,
  fetcher: Fetcher,
  ledgers: readonly TopicPartition[],
): Promise<CommitTimes> {
  const times = new Map<string, number[]>()
  const read = async (reader: PartitionReader, into: number[]): Promise<void> => {
    for (;;) {
      const { records } = await reader.take({ maxRecords: 1_000, wait: 0 })
      if (records.length > 0) into.push(performance.now())
    }
  }
  for (const ledger of ledgers) {
    const reader = fetcher.open(ledger, (await fetcher.offsets(ledger)).end)
    const into: number[] = []
    times.set(nameOf(ledger), into)
    const closed = new Error('the test is over')
    let ended = false
    const reading = read(reader, into).catch(error => {
      if (!ended) throw error
    })
    atEnd(t, async () => {
      ended = true
      reader.close(closed)
      await reading
    })
  }
  const timesOf = (ledger: TopicPartition): readonly number[] => times.get(nameOf(ledger)) ?? []
  return {
    since: (ledger, moment) => (timesOf(ledger).at(-1) ?? 0) > moment,
    longestPause(ledger, moment) {
      const all = timesOf(ledger)
      const pauses = all.map((time, at) => (time > moment ? time - (all[at - 1] ?? moment) : 0))
      return Math.max(0, ...pauses)
    },
  }
}
