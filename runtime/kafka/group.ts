// Membership in a consumer group: who owns which partition, and committed offsets. kafkajs's consumer does
// the joining and the heartbeats with all its fetching paused; records come through fetcher.ts, which can
// start anywhere, reads each partition at its own pace and never lets one wait for another.

import type { Consumer } from 'kafkajs'
import type { Log } from '../log.ts'
import { createStickyAssigner, type TopicPartition } from './assigner.ts'
import type { KafkaClient } from './client.ts'

export interface Group {
  /**
   * Stores offsets for the group. Call it only for partitions that are owned now: Kafka's classic protocol
   * checks the member, not the partition.
   * @throws when Kafka refuses, for instance because this process was thrown out of the group
   */
  commit(offsets: readonly (TopicPartition & { readonly offset: number })[]): Promise<void>
  /** Leaves at once, so that others take over without waiting for the session to time out. */
  leave(): Promise<void>
}

const sessionTimeout = 10_000
const heartbeatInterval = 2_000

/**
 * Joins a group, and calls `onAssigned` with everything this process owns after each rebalance. It is called
 * inside kafkajs's loop: it must only note the assignment and return.
 * @param options.onFailed called when the membership has ended for good; the process must end then
 */
export async function joinGroup(options: {
  client: KafkaClient
  groupId: string
  topics: readonly string[]
  log: Log
  onAssigned: (owned: readonly TopicPartition[]) => void
  onFailed: (error: Error) => void
}): Promise<Group> {
  const { client, groupId, log, onAssigned, onFailed } = options
  const topics = [...options.topics]
  let owned: readonly TopicPartition[] = []

  const consumer: Consumer = client.kafka.consumer({
    groupId,
    sessionTimeout,
    heartbeatInterval,
    rebalanceTimeout: 30_000,
    maxWaitTimeInMs: 500,
    maxBytesPerPartition: 1,
    allowAutoTopicCreation: false,
    retry: { initialRetryTime: 300, maxRetryTime: 3_000, retries: 10, restartOnFailure: async () => true },
    partitionAssigners: [createStickyAssigner(() => owned)],
  })

  const joined = Promise.withResolvers<void>()
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    consumer.pause(topics.map(topic => ({ topic })))
    owned = Object.entries(payload.memberAssignment).flatMap(([topic, partitions]) =>
      partitions.map(partition => ({ topic, partition })),
    )
    log.info({ group: groupId, partitions: owned.length }, 'joined the consumer group')
    onAssigned(owned)
    joined.resolve()
  })
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    // A crash that restarts heals itself. One that does not leaves a process that lives and does nothing.
    if (!payload.restart) onFailed(payload.error)
  })

  await consumer.connect()
  await consumer.subscribe({ topics, fromBeginning: true })
  await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: async () => {} })
  // Leaving in the middle of joining would send no LeaveGroup, and the next member would wait for the
  // session timeout; so nobody gets a group that has not joined.
  await joined.promise

  return {
    commit: offsets =>
      consumer.commitOffsets(
        offsets.map(({ topic, partition, offset }) => ({ topic, partition, offset: String(offset) })),
      ),
    leave: () => consumer.disconnect(),
  }
}

/**
 * The offsets a group has committed for some partitions of a topic; none where it has committed nothing.
 */
export async function committedOffset(
  client: KafkaClient,
  groupId: string,
  { topic, partition }: TopicPartition,
): Promise<number | undefined> {
  const [found] = await client.admin.fetchOffsets({ groupId, topics: [topic] })
  const offset = Number(found?.partitions.find(entry => entry.partition === partition)?.offset ?? -1)
  return offset < 0 ? undefined : offset
}
