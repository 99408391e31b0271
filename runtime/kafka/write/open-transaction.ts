// Ends what an earlier transaction has left open in a partition.
//
// A transaction is decided once, by its coordinator, and a marker in each of its partitions tells the readers.
// Kafka 4 can lose markers: a coordinator that finds a partition without a leader takes it for deleted, and
// leaves it out (KAFKA-20734). The records stand there undecided then, behind a coordinator that holds the
// transaction for done, and the next transaction's marker decides them as well, rightly or not.

import { setTimeout as sleep } from 'node:timers/promises'
import type { KafkaClient } from '../client.ts'
import type { InternalBroker, InternalCluster } from '../connection/internals.ts'
import type { TopicPartition } from '../group/assigner.ts'

export type TransactionEnd = 'committed' | 'aborted'

const transactionCoordinator = 1
const transactionTimeout = 30_000
const attempts = 40
const pause = 250

/** What passes by itself: the coordinator moves, or is still writing the markers of the transaction before. */
const passing = new Set([
  'CONCURRENT_TRANSACTIONS',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR_FOR_GROUP',
  'GROUP_LOAD_IN_PROGRESS',
])

/**
 * Takes a transactional id over and ends in these partitions whatever stands open under it, by a transaction
 * without records. Partitions in which nothing is open get a marker that decides nothing.
 * @throws when Kafka does not do it within some ten seconds; or when somebody else has taken the id over
 */
export async function endOpenTransaction(
  client: KafkaClient,
  transactionalId: string,
  partitions: readonly TopicPartition[],
  end: TransactionEnd,
): Promise<void> {
  const cluster = client.createCluster()
  await cluster.connect()
  const ask = <Answer>(request: (coordinator: InternalBroker) => Promise<Answer>): Promise<Answer> =>
    untilAnswered(cluster, transactionalId, request)
  try {
    const producer = await ask(each => each.initProducerId({ transactionalId, transactionTimeout }))
    const { producerId, producerEpoch } = producer
    const topics = [...Map.groupBy(partitions, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
      topic,
      partitions: ofTopic.map(({ partition }) => partition),
    }))
    await ask(each => each.addPartitionsToTxn({ transactionalId, producerId, producerEpoch, topics }))
    const transactionResult = end === 'committed'
    await ask(each => each.endTxn({ transactionalId, producerId, producerEpoch, transactionResult }))
  } finally {
    await cluster.disconnect().catch(() => undefined)
  }
}

async function untilAnswered<Answer>(
  cluster: InternalCluster,
  transactionalId: string,
  request: (coordinator: InternalBroker) => Promise<Answer>,
): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      const coordinator = await cluster.findGroupCoordinator({
        groupId: transactionalId,
        coordinatorType: transactionCoordinator,
      })
      return await request(coordinator)
    } catch (error) {
      const { type = '' } = error as { type?: string }
      if (!passing.has(type) || attempt === attempts) throw error
      await sleep(pause)
    }
  }
}
