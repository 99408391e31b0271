// Offsets that are kept in Kafka under a group's name by somebody who is no member of it, each with a word of his own.
// Nobody is given partitions by such a group, and nothing is forgotten when its keeper dies: Kafka keeps the offsets
// for offsets.retention.minutes after they were last written, a week as a rule.

import { setTimeout as sleep } from 'node:timers/promises'
import { hasCause } from '../../errors.ts'
import type { KafkaClient } from '../client.ts'
import { isPassing } from '../passing.ts'
import { type Asker, explained } from '../refusal.ts'
import type { TopicPartition } from './assigner.ts'

export interface StandaloneOffset extends TopicPartition {
  readonly offset: number
  /** Up to 4,096 characters, as Kafka comes (offset.metadata.max.bytes). */
  readonly metadata: string
}

export interface OffsetKeeper {
  /**
   * Stores all the offsets or none.
   * @throws when Kafka does not take them: the group has members, no coordinator answers, a word is too long, a right is missing
   */
  write(offsets: readonly StandaloneOffset[]): Promise<void>
  close(): Promise<void>
}

const groupCoordinator = 0
/** Kafka takes a commit without a member only of a group without members. */
const nobody = { groupGenerationId: -1, memberId: '' }

// A coordinator that has just been given a group reads its offsets first, and says until then that it is loading.
const attempts = 20
const pause = 250

/**
 * What is stored under a group's name; nothing for a group that does not exist.
 * @throws NotAllowedError when this client may not see the group; others when Kafka does not say within some seconds
 */
export async function standaloneOffsets(
  client: Asker & { readonly admin: Pick<KafkaClient['admin'], 'fetchOffsets'> },
  groupId: string,
): Promise<StandaloneOffset[]> {
  const found = await askAgain(() => client.admin.fetchOffsets({ groupId })).catch(error => {
    throw explained(error, client, { group: groupId, onGroup: 'Describe' })
  })
  return found.flatMap(({ topic, partitions }) =>
    partitions
      .map(({ partition, offset, metadata }) => ({
        topic,
        partition,
        offset: Number(offset),
        metadata: metadata ?? '',
      }))
      .filter(({ offset }) => offset >= 0),
  )
}

async function askAgain<Answer>(question: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await question()
    } catch (error) {
      if (attempt === attempts || !isPassing(error)) throw error
      await sleep(pause)
    }
  }
}

/** Opens a way to store offsets. */
export async function openOffsetKeeper(client: KafkaClient, groupId: string): Promise<OffsetKeeper> {
  const cluster = client.createCluster()
  await cluster.connect()
  return {
    async write(offsets) {
      try {
        // Asked for each time: a coordinator moves when its broker goes.
        const coordinator = await cluster.findGroupCoordinator({ groupId, coordinatorType: groupCoordinator })
        await coordinator.offsetCommit({ groupId, ...nobody, topics: committedBy(offsets) })
      } catch (error) {
        const topic = offsets[0]?.topic ?? ''
        throw explained(error, client, { group: groupId, topic, operation: 'Read' })
      }
    },
    close: () => cluster.disconnect(),
  }
}

const committedBy = (offsets: readonly StandaloneOffset[]) =>
  [...Map.groupBy(offsets, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
    topic,
    partitions: ofTopic.map(({ partition, offset, metadata }) => ({
      partition,
      offset: String(offset),
      metadata,
    })),
  }))

/** The names of all groups that begin with some text, in order. */
export async function groupsNamed(client: KafkaClient, prefix: string): Promise<string[]> {
  const { groups } = await client.admin.listGroups()
  return groups
    .map(({ groupId }) => groupId)
    .filter(groupId => groupId.startsWith(prefix))
    .sort()
}

/**
 * Deletes a group with its offsets; one that does not exist is none.
 * @throws when it has members, or Kafka does not allow it
 */
export async function deleteGroup(client: KafkaClient, groupId: string): Promise<void> {
  try {
    await client.admin.deleteGroups([groupId])
  } catch (error) {
    if (!hasCause(error, isUnknownGroup)) throw error
  }
}

const isUnknownGroup = (error: Error): boolean =>
  'groups' in error &&
  Array.isArray(error.groups) &&
  error.groups.every(({ error: each }) => each?.type === 'GROUP_ID_NOT_FOUND')
