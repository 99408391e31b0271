// Who owns which partition: an assignment that moves as few partitions as it can. A partition that stays
// keeps its task, its ids and its connection; one that moves has to be recovered from the topics.

import type { PartitionAssigner } from 'kafkajs'
import { AssignerProtocol } from './kafkajs.ts'

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

/** A member of a consumer group and what it owned when it asked to join. */
export interface Member {
  readonly id: string
  readonly owned: readonly TopicPartition[]
}

export const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}-${partition}`

/**
 * Shares partitions evenly among members (counts differ by one at most); each keeps what it owned as far
 * as that allows.
 */
export function assignSticky(
  partitions: readonly TopicPartition[],
  members: readonly Member[],
): Map<string, TopicPartition[]> {
  const free = new Map(partitions.map(partition => [nameOf(partition), partition]))
  const shares = new Map<string, TopicPartition[]>()
  const smallest = Math.floor(partitions.length / members.length)
  let larger = partitions.length % members.length

  // Whoever owns most chooses first, so that the larger shares go where they are already owned.
  const byOwned = [...members].sort((a, b) => b.owned.length - a.owned.length || (a.id < b.id ? -1 : 1))
  for (const { id, owned } of byOwned) {
    const share: TopicPartition[] = []
    for (const partition of owned) {
      if (share.length === smallest && larger === 0) break
      if (share.length > smallest) break
      // A partition that somebody else kept, or that is gone, is not in `free` any more.
      if (!free.delete(nameOf(partition))) continue
      share.push(partition)
      if (share.length > smallest) larger--
    }
    shares.set(id, share)
  }

  for (const partition of free.values()) {
    const [, smallestShare] = [...shares].reduce((least, next) =>
      next[1].length < least[1].length ? next : least,
    )
    smallestShare.push(partition)
  }
  return shares
}

/**
 * The assigner as kafkajs wants it.
 * @param owned what this process owns now; read at each joining
 */
export function createStickyAssigner(owned: () => readonly TopicPartition[]): PartitionAssigner {
  return ({ cluster }) => ({
    name: 'podpipe-sticky',
    version: 1,
    protocol: ({ topics }) => ({
      name: 'podpipe-sticky',
      metadata: AssignerProtocol.MemberMetadata.encode({
        version: 1,
        topics,
        userData: Buffer.from(JSON.stringify(owned())),
      }),
    }),
    async assign({ members, topics }) {
      const partitions = topics
        .flatMap(topic =>
          cluster
            .findTopicPartitionMetadata(topic)
            .map(({ partitionId }) => ({ topic, partition: partitionId })),
        )
        .sort((a, b) => a.partition - b.partition || (a.topic < b.topic ? -1 : 1))
      const shares = assignSticky(
        partitions,
        members.map(({ memberId, memberMetadata }) => ({ id: memberId, owned: ownedOf(memberMetadata) })),
      )
      return [...shares].map(([memberId, share]) => ({
        memberId,
        memberAssignment: AssignerProtocol.MemberAssignment.encode({
          version: 1,
          assignment: byTopic(share),
          userData: Buffer.alloc(0),
        }),
      }))
    },
  })
}

function ownedOf(metadata: Buffer): TopicPartition[] {
  const decoded = AssignerProtocol.MemberMetadata.decode(metadata)
  return decoded?.userData.length ? JSON.parse(decoded.userData.toString()) : []
}

function byTopic(partitions: readonly TopicPartition[]): Record<string, number[]> {
  const assignment: Record<string, number[]> = {}
  for (const { topic, partition } of partitions) {
    assignment[topic] ??= []
    assignment[topic].push(partition)
  }
  return assignment
}
