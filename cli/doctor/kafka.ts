// What a cluster can say beyond whether podpipe may work with it: its release, its replicas, its settings, its clock.

import { placesIn } from '@podpipe/dedup/places.ts'
import { allEnded } from '@podpipe/runtime/all-ended.ts'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { askEveryBroker } from '@podpipe/runtime/kafka/administration/every-broker.ts'
import { planTopics } from '@podpipe/runtime/kafka/administration/topics.ts'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import { createFetcher, type Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { lastRecord } from '@podpipe/runtime/kafka/read/last-record.ts'
import { listTopics, type Topics } from '@podpipe/schemas/topics.ts'
import { bad, type Check, good } from '../check/check.ts'
import { checkBrokers } from './brokers.ts'
import { checkClocks, type Stamps } from './clocks.ts'

/** The checks of a cluster in which podpipe's topics are. */
export async function checkCluster(
  client: KafkaClient,
  config: PodpipeConfig,
  topics: Topics,
): Promise<Check[]> {
  const fetcher = await createFetcher(client)
  try {
    const { brokers } = await client.admin.describeCluster()
    const isNamed = config.kafka.brokers.length > 0
    const facts = await askEveryBroker(
      client,
      brokers.map(({ nodeId }) => nodeId),
    )
    return [
      ...checkBrokers(facts, !isNamed),
      await checkReplicas(client, topics, brokers.length, isNamed),
      await checkSettings(client, topics),
      checkClocks(await stampsOf(fetcher, topics)),
    ]
  } finally {
    await fetcher.close()
  }
}

async function checkReplicas(
  client: KafkaClient,
  topics: Topics,
  brokers: number,
  isNamed: boolean,
): Promise<Check> {
  const names = listTopics(topics).map(({ name }) => name)
  const { topics: found } = await client.admin.fetchTopicMetadata({ topics: names })
  const partitions = found.flatMap(({ name, partitions: each }) => each.map(one => ({ name, ...one })))
  const leaderless = partitions.filter(({ leader }) => leader < 0)
  const short = partitions.filter(({ isr, replicas }) => isr.length < replicas.length)
  const worst = leaderless[0] ?? short[0]
  if (worst !== undefined) {
    const what =
      leaderless.length > 0
        ? `${leaderless.length} partitions have no leader`
        : `${short.length} partitions lack a replica`
    return bad(
      'kafka',
      `${what}, such as ${worst.name}/${worst.partitionId}; start the brokers that are down, or look at their disks`,
    )
  }
  const fewest = Math.min(...partitions.map(({ replicas }) => replicas.length))
  if (brokers >= 3 && fewest < 3)
    return bad(
      'kafka',
      `there are ${brokers} brokers, and some topics have ${fewest} ${fewest === 1 ? 'replica' : 'replicas'}; give them three (kafka-reassign-partitions.sh), or a broker that is lost takes events with it`,
    )
  const one = isNamed
    ? '; a disk that is lost takes them along, and three brokers would guard against that'
    : ''
  return good(
    'kafka',
    `every partition has ${fewest === 1 ? 'one replica' : `${fewest} replicas`}, all in sync${fewest === 1 ? one : ''}`,
  )
}

async function checkSettings(client: KafkaClient, topics: Topics): Promise<Check> {
  const differing = (await planTopics(client, listTopics(topics))).filter(
    ({ change }) => change === 'settings',
  )
  if (differing.length === 0) return good('kafka', 'the settings of the topics are those of podpipe')
  const told = differing.flatMap(each =>
    each.change === 'settings'
      ? [
          `${each.topic} (${Object.entries(each.settings)
            .map(([name, value]) => `${name}=${value}`)
            .join(', ')})`,
        ]
      : [],
  )
  return bad(
    'kafka',
    `settings that differ from podpipe's: ${told.join('; ')}; podpipe topics apply sets them`,
  )
}

async function stampsOf(fetcher: Fetcher, topics: Topics): Promise<Stamps[]> {
  const all = topics.services.flatMap(service =>
    Array.from({ length: topics.raw(service).partitions }, async (_, partition): Promise<Stamps[]> => {
      const { raw } = placesIn(topics, service, partition)
      const last = await lastRecord(fetcher, raw)
      if (last?.value == null) return []
      try {
        return [{ received: raw.codec.decode(last.value).received_at, appended: last.timestamp }]
      } catch {
        // Not ours, so it says nothing.
        return []
      }
    }),
  )
  return (await allEnded(all)).flat()
}
