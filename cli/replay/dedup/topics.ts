// The topics of a replay: beside the live ones, under a name of their own, made for one replay only.

import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import { removeTopics } from '@podpipe/runtime/kafka/administration/remove-topics.ts'
import { applyTopics } from '@podpipe/runtime/kafka/administration/topics.ts'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import type { TopicPartition } from '@podpipe/runtime/kafka/group/assigner.ts'
import type { Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import type { OutgoingRecord } from '@podpipe/runtime/kafka/write/outgoing.ts'
import type { Service } from '@podpipe/schemas/service.ts'
import { type Topic, type Topics, topicsOf } from '@podpipe/schemas/topics.ts'

/** The table of a replay. Of it only `unique` and `rejected` are ever made. */
export const replayTopicsOf = (
  prefix: string,
  name: string,
  partitions: number,
  services: readonly Service[],
): Topics => topicsOf({ prefix: `${prefix}.replay.${name}`, partitions, services })

const writtenOf = ({ services, unique, rejected }: Topics): Topic<unknown>[] => [
  ...services.map(unique),
  rejected,
]

/** The names of the topics that a replay writes to. */
export const namesOf = (topics: Topics): string[] => writtenOf(topics).map(({ name }) => name)

/**
 * Refuses a name under which something stands already.
 * @throws ConfigurationError then, unless it is an earlier replay that may be overwritten
 */
export async function requireFree(client: KafkaClient, topics: Topics, overwrite: boolean): Promise<void> {
  const existing = new Set(await client.admin.listTopics())
  // A prefix may have dots, so another installation could be called like a replay.
  if (existing.has(topics.positions.name)) {
    throw new ConfigurationError(
      `${topics.positions.name} exists: a podpipe of its own has its topics under this name. Give the replay another --name.`,
    )
  }
  const taken = namesOf(topics).filter(each => existing.has(each))
  if (taken.length === 0 || overwrite) return
  throw new ConfigurationError(
    `${taken.join(', ')} ${taken.length === 1 ? 'exists' : 'exist'} from an earlier replay. Give this one another --name, or delete the earlier one with --overwrite.`,
  )
}

/** Makes the topics, empty; those of an earlier replay are deleted first. */
export async function makeEmpty(client: KafkaClient, topics: Topics): Promise<void> {
  await removeTopics(client, namesOf(topics))
  await applyTopics(client, writtenOf(topics))
}

/** Counts what was written, so that it can be compared with what is there. */
export function createTally(topics: Topics): {
  add(records: readonly OutgoingRecord[]): void
  /** @throws when a partition holds more or less than was written to it */
  check(fetcher: Pick<Fetcher, 'edges'>): Promise<void>
} {
  const places: (TopicPartition & { count: number })[] = writtenOf(topics).flatMap(({ name, partitions }) =>
    Array.from({ length: partitions }, (_, partition) => ({ topic: name, partition, count: 0 })),
  )
  return {
    add(records) {
      for (const { topic, partition } of records) {
        const place = places.find(each => each.topic === topic && each.partition === partition)
        if (place === undefined) throw new Error(`Topic ${topic} is none of this replay's.`)
        place.count++
      }
    },
    async check(fetcher) {
      const ends = await fetcher.edges(places, 'high')
      const wrong = places.find(({ count }, at) => ends[at] !== count)
      if (wrong === undefined) return
      // The producer sends again what was not acknowledged, and the first attempt may have arrived after all.
      throw new Error(
        `${wrong.topic}, partition ${wrong.partition}, ends at ${ends[places.indexOf(wrong)]} and ${wrong.count} records were written to it: Kafka was away in between, or somebody else writes there. The live topics are untouched. Repeat the command with --overwrite.`,
      )
    },
  }
}
