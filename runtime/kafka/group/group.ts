// Membership in a consumer group: who owns which partition, and committed offsets. kafkajs's consumer does
// the joining and the heartbeats with all its fetching paused; records come through fetcher.ts, which can
// start anywhere, reads each partition at its own pace and never lets one wait for another.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Consumer } from 'kafkajs'
import { reasonOf } from '../../errors.ts'
import type { Log } from '../../log.ts'
import type { Trouble } from '../../readiness.ts'
import type { KafkaClient } from '../client.ts'
import { isPassing } from '../passing.ts'
import { explained, forbidden, refusalIn } from '../refusal.ts'
import { createStickyAssigner, type TopicPartition } from './assigner.ts'

export interface Group {
  /**
   * Stores offsets for the group; one call at a time. Call it only for partitions that are owned now: Kafka's classic protocol
   * checks the member, not the partition.
   * A note is kept with its offset; up to 4,096 characters, as Kafka comes (offset.metadata.max.bytes).
   * @throws when Kafka refuses, for instance because this process was thrown out of the group
   */
  commit(
    offsets: readonly (TopicPartition & { readonly offset: number; readonly note?: string })[],
  ): Promise<void>
  /** Leaves at once, so that others take over without waiting for the session to time out. Never throws. */
  leave(): Promise<void>
}

/** So long after its last sign of life a member passes for dead and others are given what it owned, in milliseconds. */
export const sessionTimeout = 10_000
// A member learns by its heartbeat that another one has left and partitions are free: until then nobody works on
// them. kafkajs looks at the clock for it once a turn of its loop, and a member that leaves waits for that turn.
const heartbeatInterval = 500
const turn = 200
const pauseAfterFailure = 1_000

/**
 * Joins a group, and calls `onAssigned` with everything this process owns after each rebalance. It is called
 * inside kafkajs's loop: it must only note the assignment and return. While Kafka is away it goes on trying;
 * what was owned stays owned until somebody else is given it.
 * @param options.onFailed called when the membership has ended for good; the process must end then
 * @param options.signal ends the trying
 * @returns undefined when the signal fired before the group was joined
 * @throws when the group cannot be joined for a reason that does not pass by itself
 */
export async function joinGroup(options: {
  client: KafkaClient
  groupId: string
  topics: readonly string[]
  log: Log
  onAssigned: (owned: readonly TopicPartition[]) => void
  onFailed: (error: Error) => void
  /** Told what Kafka forbids, and with undefined when it does no more. */
  tell?: (trouble: Trouble | undefined) => void
  signal?: AbortSignal
}): Promise<Group | undefined> {
  const { client, groupId, log, onAssigned, onFailed, tell, signal } = options
  const topics = [...options.topics]
  const about = { group: groupId, topic: topics.join(' and ') }
  let owned: readonly TopicPartition[] = []
  let member: Consumer | undefined
  let left = false
  let commits = 0

  const enter = async (): Promise<void> => {
    const consumer = client.kafka.consumer({
      groupId,
      sessionTimeout,
      heartbeatInterval,
      rebalanceTimeout: 30_000,
      maxWaitTimeInMs: turn,
      maxBytesPerPartition: 1,
      allowAutoTopicCreation: false,
      retry: {
        initialRetryTime: 300,
        maxRetryTime: 3_000,
        retries: 10,
        // A consumer that crashes while it leaves would be started again behind our back, and join again.
        restartOnFailure: async () => !left,
      },
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
      // At once: a consumer may crash before anybody who waits for it has had a turn.
      member = consumer
      joined.resolve()
    })
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      // A crash that restarts heals itself. One that does not leaves a process that lives and does nothing.
      if (payload.restart || left) return
      if (member === consumer) void enterAgain(consumer, payload.error)
      else joined.reject(payload.error)
    })
    consumer.on(consumer.events.COMMIT_OFFSETS, () => {
      commits++
    })
    try {
      await consumer.connect()
      await consumer.subscribe({ topics, fromBeginning: true })
      await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: async () => {} })
      // Leaving in the middle of joining would send no LeaveGroup, and the next member would wait for the
      // session timeout; so nobody gets a group that has not joined.
      await joined.promise
    } catch (error) {
      await leave(consumer)
      throw error
    }
  }

  /** Resolves with true as soon as Kafka has let us in, with false when that is no longer wanted. */
  const untilEntered = async (): Promise<boolean> => {
    for (let told = false; !left && !signal?.aborted; told = true) {
      try {
        await enter()
        tell?.(undefined)
        return true
      } catch (error) {
        const refusal = refusalIn(explained(error, client, about))
        // The right may come back at any time, and a process that ended would have to be started again for it.
        if (refusal !== undefined) tell?.(forbidden(refusal))
        else if (!isPassing(error)) throw error
        else if (!told)
          log.warn(
            { group: groupId, reason: reasonOf(error) },
            'the consumer group cannot be joined; trying until it can',
          )
        await sleep(pauseAfterFailure, undefined, { signal }).catch(() => undefined)
      }
    }
    return false
  }

  const enterAgain = async (crashed: Consumer, error: Error): Promise<void> => {
    member = undefined
    await leave(crashed)
    try {
      const refusal = refusalIn(explained(error, client, about))
      if (refusal !== undefined) tell?.(forbidden(refusal))
      else if (!isPassing(error)) throw error
      else
        log.warn(
          { group: groupId, reason: reasonOf(error) },
          'the membership in the group broke off; joining again',
        )
      const entered = await untilEntered()
      // Left meanwhile, with nobody to see the new member out.
      if (entered && left && member !== undefined) await leave(member)
    } catch (failure) {
      if (!left) onFailed(failure instanceof Error ? failure : new Error(String(failure)))
    }
  }

  if (!(await untilEntered())) return undefined

  return {
    async commit(offsets) {
      const before = commits
      const entries = offsets.map(({ topic, partition, offset, note = '' }) => ({
        topic,
        partition,
        offset: String(offset),
        metadata: note,
      }))
      await member?.commitOffsets(entries).catch(error => {
        throw explained(error, client, { ...about, operation: 'Read' })
      })
      // kafkajs resolves also when its consumer has crashed meanwhile and nothing was sent. It tells of each
      // commit that the broker has accepted.
      if (commits === before) {
        throw new Error(`The offsets of group ${groupId} were not committed: it is being joined again.`)
      }
    },
    async leave() {
      left = true
      if (member !== undefined) await leave(member)
    },
  }

  // Others wait for the session timeout if this fails; nothing is lost by it.
  async function leave(consumer: Consumer): Promise<void> {
    await consumer
      .disconnect()
      .catch(error => log.debug({ group: groupId, reason: reasonOf(error) }, 'left the group without a word'))
  }
}

/** As `committed`, without the note. */
export async function committedOffset(
  client: KafkaClient,
  groupId: string,
  place: TopicPartition,
): Promise<number | undefined> {
  return (await committed(client, groupId, place))?.offset
}

/**
 * The offset a group has committed for a partition, and the note with it; nothing where it has committed nothing.
 * @throws when Kafka does not say: taken for none, everything would be delivered once more
 */
export async function committed(
  client: KafkaClient,
  groupId: string,
  { topic, partition }: TopicPartition,
): Promise<{ readonly offset: number; readonly note: string } | undefined> {
  const [found] = await client.admin.fetchOffsets({ groupId, topics: [topic] }).catch(error => {
    throw explained(error, client, { group: groupId, topic })
  })
  const entry = found?.partitions.find(each => each.partition === partition)
  if (entry === undefined) {
    throw new Error(
      `Kafka does not say what group ${groupId} has committed for partition ${partition} of topic ${topic}; asked again until it does.`,
    )
  }
  const offset = Number(entry.offset)
  return offset < 0 ? undefined : { offset, note: entry.metadata ?? '' }
}
