// How far each consumer is, as Kafka knows it: also of a podpipe that does not run.

import { allEnded } from '@podpipe/runtime/all-ended.ts'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import { nameOf, type TopicPartition } from '@podpipe/runtime/kafka/group/assigner.ts'
import { standaloneOffsets } from '@podpipe/runtime/kafka/group/standalone-offsets.ts'
import type { Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { lastRecord } from '@podpipe/runtime/kafka/read/last-record.ts'
import { probeOf } from '@podpipe/runtime/kafka/read/offset-of-time.ts'
import { groupOf } from '@podpipe/schemas/names.ts'
import type { Topic, Topics } from '@podpipe/schemas/topics.ts'
import { type ConsumerBehind, consumerOf, type LagReport, type PartitionBehind } from './lag-report.ts'

interface Place extends TopicPartition {
  /** Undefined where the consumer has done nothing yet. */
  readonly done: number | undefined
}

/** Asks Kafka for dedup and every output that is enabled. */
export async function whatIsBehind(
  client: KafkaClient,
  fetcher: Fetcher,
  topics: Topics,
  { outputs, kafka: { prefix } }: Pick<PodpipeConfig, 'outputs' | 'kafka'>,
): Promise<LagReport> {
  const { services, raw, unique, seen } = topics
  const dedup = async (): Promise<ConsumerBehind> => {
    const places = services.flatMap(service =>
      placesOf(raw(service)).map(async ({ topic, partition }): Promise<Place> => {
        const block = (await lastRecord(fetcher, { topic: seen(service).name, partition }))?.value
        return {
          topic,
          partition,
          done: block == null ? undefined : seen(service).codec.decode(block).next_offset,
        }
      }),
    )
    return consumerOf('dedup', await behind(fetcher, await allEnded(places)))
  }
  const output = async (name: string, taken: readonly string[]): Promise<ConsumerBehind> => {
    const committed = new Map(
      (await standaloneOffsets(client, groupOf(prefix, `forwarder-${name}`))).map(each => [
        nameOf(each),
        each.offset,
      ]),
    )
    const places = services
      .filter(service => taken.includes(service))
      .flatMap(service => placesOf(unique(service)))
      .map(place => ({ ...place, done: committed.get(nameOf(place)) }))
    return consumerOf(`forwarder-${name}`, await behind(fetcher, places))
  }
  const at = new Date().toISOString()
  const consumers = await allEnded([
    dedup(),
    ...outputs.filter(({ enabled }) => enabled).map(each => output(each.name, each.services)),
  ])
  return { at, consumers }
}

const placesOf = ({ name, partitions }: Topic<unknown>): TopicPartition[] =>
  Array.from({ length: partitions }, (_, partition) => ({ topic: name, partition }))

async function behind(fetcher: Fetcher, places: readonly Place[]): Promise<PartitionBehind[]> {
  // In this order: what is written meanwhile is not held back by anybody.
  const [starts, highs] = await allEnded([fetcher.edges(places, 'start'), fetcher.edges(places, 'high')])
  const ends = await fetcher.edges(places, 'stable')
  const now = Date.now()
  return allEnded(
    places.map(async ({ topic, partition, done: known }, at) => {
      const end = ends[at] ?? 0
      const done = Math.max(known ?? 0, starts?.[at] ?? 0)
      const oldest = done < end ? await probeOf(fetcher, { topic, partition }, end)(done) : undefined
      const held = Math.max(0, (highs?.[at] ?? 0) - end)
      const records = oldest === undefined ? 0 : end - done
      const seconds = oldest === undefined ? 0 : Math.max(0, now - oldest.timestamp) / 1_000
      return { topic, partition, done, end, records, seconds, held }
    }),
  )
}
