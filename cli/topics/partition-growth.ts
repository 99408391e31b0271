// Which services are to get more partitions than they have, and what stands in the way of it.

import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { countPartitions } from '@podpipe/runtime/kafka/administration/topics.ts'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import type { TopicPartition } from '@podpipe/runtime/kafka/group/assigner.ts'
import { committedOffset } from '@podpipe/runtime/kafka/group/group.ts'
import { countMembers } from '@podpipe/runtime/kafka/group/group-members.ts'
import type { Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { lastRecord } from '@podpipe/runtime/kafka/read/last-record.ts'
import { groupOf } from '@podpipe/schemas/names.ts'
import type { Service } from '@podpipe/schemas/service.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'

/** A service whose topics are to grow. */
export interface Growth {
  readonly service: Service
  /** Partitions of raw now: it grows last, so they are those that have records. */
  readonly from: number
  readonly to: number
}

export const topicsOfService = (topics: Topics, service: Service): string[] => [
  topics.raw(service).name,
  topics.unique(service).name,
  topics.seen(service).name,
]

/** The services whose three topics exist, none with more partitions than asked for, and raw with fewer. */
export async function findGrowth(client: KafkaClient, topics: Topics): Promise<Growth[]> {
  const names = topics.services.flatMap(service => topicsOfService(topics, service))
  const counts = await countPartitions(client, names)
  return topics.services.flatMap(service => {
    const { name: raw, partitions: to } = topics.raw(service)
    const from = counts.get(raw)
    const fits = topicsOfService(topics, service).every(name => (counts.get(name) ?? to + 1) <= to)
    return from === undefined || from === to || !fits ? [] : [{ service, from, to }]
  })
}

/** Who still runs, a sentence each. */
export async function findRunning(
  client: KafkaClient,
  { kafka, outputs }: Pick<PodpipeConfig, 'kafka' | 'outputs'>,
): Promise<string[]> {
  const roles = ['ingest', 'dedup', ...outputs.map(({ name }) => `forwarder-${name}` as const)] as const
  const found: string[] = []
  for (const role of roles) {
    const group = groupOf(kafka.prefix, role)
    const members = await countMembers(client, group)
    if (members === 0) continue
    found.push(
      `${members} ${members === 1 ? 'process' : 'processes'} of ${role.replace(/-.*/, '')} ${members === 1 ? 'runs' : 'run'}, in group ${group}. Stop ${role.replace(/-.*/, '')}; one that was killed is forgotten by Kafka after 10 s.`,
    )
  }
  return found
}

/** What dedup and the outputs have not done yet, a sentence each. */
export async function findUndone(
  client: KafkaClient,
  fetcher: Fetcher,
  { kafka, outputs }: Pick<PodpipeConfig, 'kafka' | 'outputs'>,
  topics: Topics,
  { service, from }: Growth,
): Promise<string[]> {
  const partitions = Array.from({ length: from }, (_, partition) => partition)
  const placesIn = (topic: string): TopicPartition[] => partitions.map(partition => ({ topic, partition }))
  const [raw, unique, seen] = [topics.raw(service), topics.unique(service), topics.seen(service)]
  const found: string[] = []

  const written = [...placesIn(unique.name), ...placesIn(seen.name)]
  const stable = await fetcher.edges(written, 'stable')
  const high = await fetcher.edges(written, 'high')
  if (written.some((_, at) => (stable[at] ?? 0) < (high[at] ?? 0))) {
    found.push(
      `A transaction stands open in ${unique.name} or ${seen.name}. Start dedup, which ends it; stop it when it waits for events.`,
    )
  }
  let undecided = 0
  for (const partition of partitions) {
    const last = await lastRecord(fetcher, { topic: seen.name, partition })
    const { start, end } = await fetcher.offsets({ topic: raw.name, partition })
    undecided += end - (last?.value == null ? start : seen.codec.decode(last.value).next_offset)
  }
  if (undecided > 0) {
    found.push(
      `dedup has ${undecided} records of ${raw.name} still to decide. Start dedup and the forwarder, without ingest, until nothing is left.`,
    )
  }
  // Nobody starts a disabled output to drain it; what it has not delivered it finds in the old partitions.
  for (const { name } of outputs.filter(({ enabled }) => enabled)) {
    let undelivered = 0
    for (const place of placesIn(unique.name)) {
      undelivered += await countBehind(client, fetcher, groupOf(kafka.prefix, `forwarder-${name}`), place)
    }
    if (undelivered > 0) {
      found.push(
        `Output ${name} has up to ${undelivered} events of ${unique.name} still to deliver. Start the forwarder, without ingest, until nothing is left.`,
      )
    }
  }
  return found
}

async function countBehind(
  client: KafkaClient,
  fetcher: Fetcher,
  group: string,
  place: TopicPartition,
): Promise<number> {
  const { start, end } = await fetcher.offsets(place)
  const committed = Math.max(start, (await committedOffset(client, group, place)) ?? start)
  if (committed >= end) return 0
  // Behind the last event lies its transaction's marker, which nobody has to deliver.
  const last = await lastRecord(fetcher, place)
  return last === undefined || last.offset < committed ? 0 : end - committed
}
