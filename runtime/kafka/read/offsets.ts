// Where partitions begin and end, and what lies behind the end that readers see.

import type { InternalBroker, InternalCluster } from '../connection/internals.ts'
import { nameOf, type TopicPartition } from '../group/assigner.ts'
import { chunkOf, type KafkaRecord } from './record.ts'

/**
 * An end or a beginning of a partition: its first record; the end of what is committed (an open transaction
 * ends it); the end of what is written.
 */
export type Edge = 'start' | 'stable' | 'high'

const readUncommitted = 0
const readCommitted = 1
const earliest = '-2'
const latest = '-1'
const openBytes = 64 * 1024

/**
 * Asks the leaders for an edge of each partition.
 * @returns offsets in the order of the question
 * @throws when a partition has no leader, or a leader does not answer
 */
export async function edgesOf(
  cluster: InternalCluster,
  partitions: readonly TopicPartition[],
  edge: Edge,
): Promise<number[]> {
  const byLeader = await leadersOf(cluster, partitions)
  const found = new Map<string, number>()
  await Promise.all(
    [...byLeader].map(async ([nodeId, ofLeader]) => {
      const broker = await cluster.findBroker({ nodeId })
      const { responses } = await broker.listOffsets(question(ofLeader, edge))
      for (const { topic, partitions: answers } of responses) {
        for (const { partition, offset } of answers) found.set(nameOf({ topic, partition }), Number(offset))
      }
    }),
  )
  return partitions.map(place => {
    const offset = found.get(nameOf(place))
    if (offset === undefined) throw new Error(`Kafka did not say where ${nameOf(place)} ends.`)
    return offset
  })
}

/** The first record at or behind an offset, also one whose transaction is still open; undefined at the end. */
export async function firstRecordFrom(
  cluster: InternalCluster,
  place: TopicPartition,
  offset: number,
  end: number,
): Promise<KafkaRecord | undefined> {
  const [nodeId] = [...(await leadersOf(cluster, [place])).keys()]
  const broker = await cluster.findBroker({ nodeId: nodeId ?? '' })
  for (let next = offset; next < end; ) {
    const { responses } = await broker.fetch({
      isolationLevel: readUncommitted,
      maxWaitTime: 0,
      minBytes: 0,
      maxBytes: openBytes,
      topics: [
        {
          topic: place.topic,
          partitions: [{ partition: place.partition, fetchOffset: String(next), maxBytes: openBytes }],
        },
      ],
    })
    const [answer] = responses.flatMap(({ partitions }) => partitions)
    if (answer === undefined) throw new Error(`Kafka did not answer for ${nameOf(place)}.`)
    const { records, nextOffset } = chunkOf(place.topic, next, answer)
    const [first] = records
    if (first !== undefined) return first
    if (nextOffset === next) throw new Error(`Kafka holds back what ${nameOf(place)} has from ${next} on.`)
    next = nextOffset
  }
  return undefined
}

/**
 * No broker leads a partition, as far as is known. It passes by itself: another broker takes over; and of two answers
 * about topics that cross each other kafkajs keeps the one that came last, though it may lack what was asked for later.
 */
export class NoLeaderError extends Error {
  override readonly name = 'NoLeaderError'
}

/**
 * Groups places, or whatever else is to be asked for at one, by the node id of their leader.
 * @throws NoLeaderError when a partition has no leader
 */
export async function leadersOf<Place extends TopicPartition>(
  cluster: InternalCluster,
  partitions: readonly Place[],
): Promise<Map<string, Place[]>> {
  await cluster.addMultipleTargetTopics([...new Set(partitions.map(({ topic }) => topic))])
  // A topic that was added before a refresh that failed is not asked for again by the line above.
  await cluster.refreshMetadataIfNecessary()
  return Map.groupBy(partitions, ({ topic, partition }) => {
    const leader = cluster
      .findTopicPartitionMetadata(topic)
      .find(({ partitionId }) => partitionId === partition)?.leader
    if (leader == null) {
      throw new NoLeaderError(
        `Kafka names no leader for partition ${partition} of topic ${topic}: it has none now, or the topic does not exist; asked again until it does.`,
      )
    }
    return String(leader)
  })
}

function question(
  partitions: readonly TopicPartition[],
  edge: Edge,
): Parameters<InternalBroker['listOffsets']>[0] {
  const timestamp = edge === 'start' ? earliest : latest
  return {
    replicaId: -1,
    isolationLevel: edge === 'high' ? readUncommitted : readCommitted,
    topics: [...Map.groupBy(partitions, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
      topic,
      partitions: ofTopic.map(({ partition }) => ({ partition, timestamp })),
    })),
  }
}
