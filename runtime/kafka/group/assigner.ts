// Who owns which partition: an assignment that moves as few partitions as it can. A partition that stays
// keeps its task, its ids and its connection; one that moves has to be recovered from the topics.

import type { PartitionAssigner } from 'kafkajs'
import { AssignerProtocol } from '../kafkajs.ts'

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
 * Shares the partitions of each topic evenly among members (counts differ by one at most, of a topic and in all); each
 * keeps what it owned as far as that allows. Topic by topic, since one may have all the work: shared in one sum, a
 * second member would be given all partitions of the last topic and no others.
 */
export function assignSticky(
  partitions: readonly TopicPartition[],
  members: readonly Member[],
): Map<string, TopicPartition[]> {
  const shares = new Map<string, TopicPartition[]>(members.map(({ id }) => [id, []]))
  for (const ofTopic of Map.groupBy(partitions, ({ topic }) => topic).values()) {
    for (const [id, share] of shareTopic(ofTopic, members, shares)) shares.get(id)?.push(...share)
  }
  return shares
}

/** @param before what each member has of the topics before this one */
function shareTopic(
  partitions: readonly TopicPartition[],
  members: readonly Member[],
  before: ReadonlyMap<string, readonly TopicPartition[]>,
): Map<string, TopicPartition[]> {
  const free = new Map(partitions.map(partition => [nameOf(partition), partition]))
  const smallest = Math.floor(partitions.length / members.length)
  const larger = partitions.length % members.length

  // What does not divide goes to those who have least so far, so that the sums stay even; among them to whoever
  // owns most of it already.
  const ranked = members
    .map(({ id, owned }) => ({
      id,
      owned: owned.filter(partition => free.has(nameOf(partition))),
      total: before.get(id)?.length ?? 0,
    }))
    .sort((a, b) => a.total - b.total || b.owned.length - a.owned.length || (a.id < b.id ? -1 : 1))
  const quotaOf = (rank: number): number => (rank < larger ? smallest + 1 : smallest)
  const shares = new Map<string, TopicPartition[]>()
  for (const [rank, { id, owned }] of ranked.entries()) {
    // A partition that somebody before it kept is not in `free` any more.
    const kept = owned.filter(partition => free.has(nameOf(partition))).slice(0, quotaOf(rank))
    for (const partition of kept) free.delete(nameOf(partition))
    shares.set(id, kept)
  }
  const left = [...free.values()]
  for (const [rank, share] of [...shares.values()].entries()) {
    share.push(...left.splice(0, quotaOf(rank) - share.length))
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
