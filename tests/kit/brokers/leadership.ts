// Who leads in the places that dedup depends on, and how another broker comes to lead there without any failure:
// as whoever runs Kafka does it, by another order of the replicas and an election.

import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'
import { eventually } from '../eventually.ts'
import { electPreferredLeaders } from './elect-leaders.ts'

/** A place by what is led there: events of one kind, the transactions' coordinator, or the groups'. */
export const leaderships = ['unique', 'raw', 'transactions', 'groups'] as const
export type Leadership = (typeof leaderships)[number]

export interface Leaders {
  /** The node that leads in the first partition of a place. */
  of(leads: Leadership): Promise<number>
  /**
   * Makes another replica the preferred leader of every partition of a place, which changes nothing yet.
   * @returns holds the election; resolves when all those replicas lead
   */
  prepareMove(leads: Leadership): Promise<() => Promise<void>>
  /** Waits until every replica of every partition is in sync. */
  inSync(): Promise<void>
}

/** @param brokers as host:port; asked for elections */
export function leadersIn(client: KafkaClient, brokers: readonly string[], topics: Topics): Leaders {
  const topicOf = (leads: Leadership): string =>
    ({
      unique: topics.unique('message').name,
      raw: topics.raw('message').name,
      transactions: '__transaction_state',
      groups: '__consumer_offsets',
    })[leads]
  const partitionsOf = async (topic?: string) => {
    const asked = topic === undefined ? undefined : { topics: [topic] }
    const found = await client.admin.fetchTopicMetadata(asked).catch(() => undefined)
    return found?.topics.flatMap(({ partitions }) => partitions) ?? []
  }
  const allLed = (topic: string) =>
    eventually(`a leader for each partition of ${topic}`, async () => {
      const found = await partitionsOf(topic)
      return found.length > 0 && found.every(({ leader }) => leader > 0) ? found : undefined
    })

  return {
    async of(leads) {
      return (await allLed(topicOf(leads)))[0]?.leader ?? -1
    },
    async prepareMove(leads) {
      const topic = topicOf(leads)
      const orders = (await allLed(topic)).map(({ partitionId: partition, leader, replicas }) => {
        const at = replicas.indexOf(leader)
        return { partition, replicas: [...replicas.slice(at + 1), ...replicas.slice(0, at + 1)] }
      })
      const everywhere = async (
        holds: (found: { leader: number; replicas: number[] }, next: number | undefined) => boolean,
      ): Promise<true | undefined> => {
        const found = await partitionsOf(topic)
        const nextOf = new Map(orders.map(({ partition, replicas }) => [partition, replicas[0]]))
        const all = found.every(each => holds(each, nextOf.get(each.partitionId)))
        return (found.length > 0 && all) || undefined
      }
      await client.admin.alterPartitionReassignments({ topics: [{ topic, partitionAssignment: orders }] })
      await eventually(`the new order of the replicas of ${topic}`, () =>
        everywhere(({ replicas }, next) => replicas[0] === next),
      )
      const partitions = orders.map(({ partition }) => partition)
      return async () => {
        await eventually(`other leaders of ${topic}`, async () => {
          await electPreferredLeaders(brokers[0] ?? '', topic, partitions)
          return everywhere(({ leader }, next) => leader === next)
        })
      }
    },
    async inSync() {
      await eventually('every replica in sync', async () => {
        const all = await partitionsOf()
        return (
          (all.length > 0 && all.every(({ isr, replicas }) => isr.length === replicas.length)) || undefined
        )
      })
    },
  }
}
