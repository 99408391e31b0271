// More partitions for a service that has events: seen and unique grow, the ledgers are written anew for the new
// number, and raw grows last.
//
// Whatever interrupts it, nothing can go wrong between: no service starts while its topics differ in number. The
// ledgers of all partitions change in one transaction, so they are known to be done once one of the new ones has a
// block; the command can then be repeated and goes on.

import { setTimeout as sleep } from 'node:timers/promises'
import { createEnds } from '@podpipe/dedup/ends.ts'
import { readLiveIds } from '@podpipe/dedup/growth/live-ids.ts'
import {
  type Account,
  createRedistribution,
  lowestClocks,
  type Redistribution,
} from '@podpipe/dedup/growth/redistribute.ts'
import { placesIn } from '@podpipe/dedup/places.ts'
import { windowsOf } from '@podpipe/dedup/task.ts'
import type { Clocks } from '@podpipe/dedup/window.ts'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import { addPartitions } from '@podpipe/runtime/kafka/administration/add-partitions.ts'
import { countPartitions } from '@podpipe/runtime/kafka/administration/topics.ts'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import type { TopicPartition } from '@podpipe/runtime/kafka/group/assigner.ts'
import { createFetcher, type Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { lastRecord } from '@podpipe/runtime/kafka/read/last-record.ts'
import { createFencedProducer, type FencedProducer } from '@podpipe/runtime/kafka/write/fenced-producer.ts'
import { changeIdOf } from '@podpipe/schemas/names.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'
import { findRunning, type Growth } from './partition-growth.ts'

const pause = 100
const attempts = 100

/** What carries a change out. */
export interface Change {
  readonly client: KafkaClient
  readonly fetcher: Fetcher
  readonly config: PodpipeConfig
  readonly topics: Topics
  /** Events that dedup no longer knows may be published once more. */
  readonly acceptDoubles: boolean
}

/**
 * Carries one out. Everything must be stopped and drained.
 * @returns how many live ids have been distributed anew; undefined when an earlier run had done it
 * @throws ConfigurationError when ids would be forgotten and that was not accepted
 */
export async function growPartitions(change: Change, growth: Growth): Promise<number | undefined> {
  const { client, config, topics } = change
  const { service, to } = growth
  const [raw, unique, seen] = [topics.raw(service), topics.unique(service), topics.seen(service)]
  // First what needs no change, so that a refusal leaves everything as it was.
  const done = await isRebuilt(change, growth)
  const live = done ? undefined : await readLive(change, growth)
  await addPartitions(client, [seen.name, unique.name], to)
  if (live !== undefined) await writeLedgers(change, growth, live)
  // From the first change on no service can start; one that started in the same moment is seen here.
  const running = await findRunning(client, config)
  if (running.length > 0) {
    throw new Error(
      `The change of ${service} stops before ${raw.name} has its partitions: ${running.join(' ')} Then repeat the command.`,
    )
  }
  await addPartitions(client, [raw.name], to)
  return live?.ids.count
}

// Every partition gets a block in that transaction, so one of the new ones tells of all.
async function isRebuilt({ client, fetcher, topics }: Change, { service, from }: Growth): Promise<boolean> {
  const { name } = topics.seen(service)
  const counts = await countPartitions(client, [name])
  if ((counts.get(name) ?? 0) <= from) return false
  return (await lastRecord(fetcher, { topic: name, partition: from })) !== undefined
}

interface Live {
  readonly accounts: readonly Account[]
  readonly clocks: Clocks
  readonly ids: Redistribution
}

async function readLive(
  { fetcher, config, topics, acceptDoubles }: Change,
  { service, from }: Growth,
): Promise<Live> {
  const accounts: Account[] = []
  const clocks: Clocks[] = []
  const ids = createRedistribution(topics.seen(service), config.dedup.variants)
  for (let partition = 0; partition < from; partition++) {
    const { raw, seen, unique } = placesIn(topics, service, partition)
    const found = await readLiveIds(fetcher, { seen, unique }, windowsOf(config), ids.add)
    const { doubt } = found
    if (doubt !== undefined && !acceptDoubles) {
      throw new ConfigurationError(
        `Not every id that ${seen.topic}, partition ${partition}, still knows can be given a new partition: ${doubt}. Copies of those would be published once more. Wait until the longest window has passed, or repeat the command with --accept-doubles. Nothing was changed.`,
      )
    }
    if (doubt !== undefined) {
      process.stderr.write(
        `podpipe: ${seen.topic}, partition ${partition}: ${doubt}; copies of the ids that are missing will be published once more\n`,
      )
    }
    const { end } = await fetcher.offsets(raw)
    clocks.push(found.clocks)
    accounts.push({ totals: found.totals, nextOffset: found.nextOffset ?? end })
  }
  return { accounts, clocks: lowestClocks(clocks), ids }
}

async function writeLedgers(
  { client, config, topics }: Change,
  { service, to }: Growth,
  { accounts, clocks, ids }: Live,
): Promise<void> {
  const seen = topics.seen(service)
  // One that has read the topic before does not know of its new partitions yet.
  const fetcher = await createFetcher(client)
  const places = Array.from({ length: to }, (_, partition) => ({ topic: seen.name, partition }))
  let producer: FencedProducer | undefined
  try {
    producer = await createFencedProducer(client, changeIdOf(config.kafka.prefix, service))
    const ends = createEnds(fetcher, places)
    const expected = await ends.stable()
    const offsets = expected.map(({ firstOffset }) => firstOffset)
    await producer.commit(ids.records(accounts, clocks, offsets), expected)
    await untilThrough(fetcher, places)
  } finally {
    await producer?.close()
    await fetcher.close()
  }
}

// Kafka answers a commit before its markers are written, and a task that finds one missing would take the
// transaction for its own.
async function untilThrough(fetcher: Fetcher, places: readonly TopicPartition[]): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const stable = await fetcher.edges(places, 'stable')
    const high = await fetcher.edges(places, 'high')
    if (stable.every((end, at) => end >= (high[at] ?? 0))) return
    if (attempt === attempts) {
      throw new Error(
        `The ledgers of ${places[0]?.topic} are written, and the end of their transaction is late. Repeat the command in a minute.`,
      )
    }
    await sleep(pause)
  }
}
