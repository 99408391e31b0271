// Where the partitions of a task end, and that what was committed there is through.
//
// Kafka answers a commit before its markers are written. A transaction that wrote on before they are there
// would share its own end with the one before, should a marker be lost: an abort would then take events away
// that the ledger counts as written. One question a transaction to the partitions' leader rules that out.

import { setTimeout as sleep } from 'node:timers/promises'
import type { TopicPartition } from '@podpipe/runtime/kafka/group/assigner.ts'
import type { Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import type { Written } from '@podpipe/runtime/kafka/write/fenced-producer.ts'
import type { OutgoingRecord } from '@podpipe/runtime/kafka/write/outgoing.ts'

export interface Ends {
  /**
   * Waits until every marker of the last transaction is there.
   * @returns where the next transaction begins in each partition
   * @throws LostEndError when a marker does not come; nothing more may be written then by this owner of the partition
   */
  stable(): Promise<Written[]>
  /** A transaction with these records has been committed. */
  wrote(records: readonly OutgoingRecord[]): void
}

/** A transaction that Kafka calls committed has no end in a partition that it wrote to. */
export class LostEndError extends Error {
  override readonly name = 'LostEndError'
}

const patience = 10_000
const pause = 2

export function createEnds(fetcher: Pick<Fetcher, 'edges'>, partitions: readonly TopicPartition[]): Ends {
  let least = partitions.map(() => 0)

  return {
    async stable() {
      const until = performance.now() + patience
      for (;;) {
        const ends = await fetcher.edges(partitions, 'stable')
        if (ends.every((end, at) => end >= (least[at] ?? 0))) {
          least = ends
          return partitions.map(({ topic, partition }, at) => ({
            topic,
            partition,
            firstOffset: ends[at] ?? 0,
          }))
        }
        if (performance.now() > until) {
          throw new LostEndError(
            `The last transaction has not come to its end within ${patience / 1000} s in ${partitions.map(({ topic, partition }) => `${topic}-${partition}`).join(' and ')}: Kafka has lost or delays its marker.`,
          )
        }
        await sleep(pause)
      }
    },
    wrote(records) {
      // Behind its records a committed transaction leaves one marker in each partition that it wrote to.
      least = partitions.map(({ topic }, at) => {
        const count = records.filter(record => record.topic === topic).length
        return (least[at] ?? 0) + (count === 0 ? 0 : count + 1)
      })
    },
  }
}
