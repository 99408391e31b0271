// What an output may deliver once more after a kill or a move: what its group has not committed.

import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import { nameOf, type TopicPartition } from '@podpipe/runtime/kafka/group/assigner.ts'
import type { Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { groupOf } from '@podpipe/schemas/names.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'

/** Offsets by place. */
export type Offsets = ReadonlyMap<string, number>

/** Nothing of anything. */
export const nothing: Offsets = new Map()

export interface Uncommitted {
  /** What the group of an output has committed of each partition; 0 where it has committed nothing. */
  committed(output: string): Promise<Offsets>
  /** Where the partitions end. */
  ends(): Promise<Offsets>
}

/** @param prefix of the installation's topics and groups */
export function uncommittedIn(
  client: KafkaClient,
  fetcher: Fetcher,
  topics: Topics,
  prefix: string,
): Uncommitted {
  const all = topics.services.map(service => topics.unique(service))
  const places: TopicPartition[] = all.flatMap(({ name: topic, partitions }) =>
    Array.from({ length: partitions }, (_, partition) => ({ topic, partition })),
  )
  return {
    async committed(output) {
      const found = await client.admin.fetchOffsets({
        groupId: groupOf(prefix, `forwarder-${output}`),
        topics: all.map(({ name }) => name),
      })
      return new Map(
        found.flatMap(({ topic, partitions }) =>
          partitions.map(({ partition, offset }) => [
            nameOf({ topic, partition }),
            Math.max(0, Number(offset)),
          ]),
        ),
      )
    },
    async ends() {
      const ends = await fetcher.edges(places, 'high')
      return new Map(places.map((place, at) => [nameOf(place), ends[at] ?? 0]))
    },
  }
}

/** Records from one state of all partitions to a later one. */
export function recordsBetween(from: Offsets, to: Offsets): number {
  return [...to].reduce((sum, [name, end]) => sum + Math.max(0, end - (from.get(name) ?? 0)), 0)
}
