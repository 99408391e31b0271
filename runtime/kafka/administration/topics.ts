// Creates what the topics table says, and refuses what would break the window.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Topic } from '@podpipe/schemas/topics.ts'
import { ConfigurationError } from '../../errors.ts'
import type { KafkaClient } from '../client.ts'
import { isPassing } from '../passing.ts'
import { explained, isRefusal, NotAllowedError } from '../refusal.ts'
import { describedTopics } from './effective-settings.ts'
import { hiddenTopics } from './rights.ts'

/** What stands between the table and the cluster, for one topic. */
export type TopicChange =
  | { readonly topic: string; readonly change: 'none' }
  | { readonly topic: string; readonly change: 'create'; readonly partitions: number }
  | {
      readonly topic: string
      readonly change: 'settings'
      readonly settings: Readonly<Record<string, string>>
    }
  | { readonly topic: string; readonly change: 'refused'; readonly why: string }

const topicResource = 2
const leaderWait = 100
const leaderAttempts = 300
const askWait = 250
const askAttempts = 8

/**
 * Compares names and partition counts with the cluster; changes nothing. It needs no more rights than reading
 * and writing the topics does.
 * @throws NotAllowedError when this client must not see one of them
 */
export async function checkTopics(
  client: KafkaClient,
  table: readonly Topic<unknown>[],
): Promise<TopicChange[]> {
  const counts = await countPartitions(
    client,
    table.map(({ name }) => name),
  )
  const absent = table.map(({ name }) => name).filter(name => !counts.has(name))
  // Kafka's list leaves out what must not be seen, and somebody would make what is there.
  const [hidden] = absent.length === 0 ? [] : await hiddenTopics(client, absent)
  if (hidden !== undefined) throw new NotAllowedError(client, 'Describe', 'topic', hidden)
  return table.map(({ name, partitions }) => {
    const count = counts.get(name)
    if (count === undefined) return { topic: name, change: 'create', partitions }
    if (count === partitions) return { topic: name, change: 'none' }
    return {
      topic: name,
      change: 'refused',
      why: `it has ${count} partitions and the configuration says ${partitions}. ${count > partitions ? 'Kafka takes no partitions away' : 'Another number would send ids to other partitions, where dedup has not seen them, and events would be published twice'}. Set kafka.partitions to ${count}${count > partitions ? '' : ', let `podpipe topics plan` say how partitions are added'}, or choose a new kafka.prefix`,
    }
  })
}

/** Compares the whole table with the cluster, settings included; changes nothing. */
export async function planTopics(
  client: KafkaClient,
  table: readonly Topic<unknown>[],
): Promise<TopicChange[]> {
  const checked = await checkTopics(client, table)
  const present = table.filter((_, index) => checked[index]?.change === 'none')
  const current = await currentSettings(client, present)
  return checked.map((change, index) => {
    const settings = current.get(change.topic)
    if (settings === undefined) return change
    const differing = Object.entries(table[index]?.settings ?? {}).filter(
      ([name, value]) => settings.get(name) !== value,
    )
    if (differing.length === 0) return change
    return { topic: change.topic, change: 'settings', settings: Object.fromEntries(differing) }
  })
}

/**
 * Brings the cluster to what the table says. Running it twice changes nothing the second time.
 * @throws ConfigurationError when a topic exists with another number of partitions; nothing is changed then. NotAllowedError with the first
 * topic that may not be made, changed, or asked for its settings
 */
export async function applyTopics(
  client: KafkaClient,
  table: readonly Topic<unknown>[],
): Promise<TopicChange[]> {
  const plan = await planTopics(client, table)
  const refused = plan.filter(change => change.change === 'refused')
  if (refused.length > 0) {
    throw new ConfigurationError(
      refused.map(({ topic, why }) => `Topic ${topic} cannot be used: ${why}.`).join('\n'),
    )
  }
  const changed = new Map(plan.map(change => [change.topic, change]))
  const missing = table.filter(({ name }) => changed.get(name)?.change === 'create')
  if (missing.length > 0) {
    const { brokers } = await client.admin.describeCluster()
    const replicationFactor = Math.min(3, brokers.length)
    const names = missing.map(({ name }) => name)
    const topics = missing.map(({ name, partitions, settings }) => ({
      topic: name,
      numPartitions: partitions,
      replicationFactor,
      configEntries: Object.entries({
        ...settings,
        'min.insync.replicas': String(Math.max(1, replicationFactor - 1)),
      }).map(([entry, value]) => ({ name: entry, value })),
    }))
    await client.admin.createTopics({ waitForLeaders: false, topics }).catch(error => {
      throw notCreated(error, client, names)
    })
    await untilLed(client, names, 1, `Kafka has created ${names.join(', ')}`)
  }
  const unset = table.filter(({ name }) => changed.get(name)?.change === 'settings')
  if (unset.length > 0) {
    // AlterConfigs replaces every setting of a topic, so the ones that are right are sent along.
    const current = await currentSettings(client, unset)
    for (const { name, settings } of unset) {
      const all = { ...Object.fromEntries(current.get(name) ?? []), ...settings }
      const configEntries = Object.entries(all).map(([entry, value]) => ({ name: entry, value }))
      const resources = [{ type: topicResource, name, configEntries }]
      // One at a time: of several Kafka does not say which it refuses.
      await client.admin.alterConfigs({ validateOnly: false, resources }).catch(error => {
        throw explained(error, client, { topic: name, operation: 'AlterConfigs' })
      })
    }
  }
  return plan
}

/**
 * Waits until topics have their partitions and a broker leads each. A topic is known to the controller before it is
 * known to the broker that is asked; kafkajs's own waiting takes that for an error.
 * @param count how many partitions each must have
 * @param what was done, for the message
 * @throws when that takes more than half a minute
 */
export async function untilLed(
  client: KafkaClient,
  names: readonly string[],
  count: number,
  what: string,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      const { topics } = await client.admin.fetchTopicMetadata({ topics: [...names] })
      const isLed = topics.every(
        ({ partitions }) => partitions.length >= count && partitions.every(({ leader }) => leader >= 0),
      )
      if (isLed) return
    } catch (error) {
      if (attempt === leaderAttempts) throw error
    }
    if (attempt === leaderAttempts) {
      throw new Error(`${what}, and no broker leads all their partitions yet. Run this again.`)
    }
    await sleep(leaderWait)
  }
}

/** How many partitions each of these topics has; topics that do not exist are left out. */
export async function countPartitions(
  client: KafkaClient,
  names: readonly string[],
): Promise<Map<string, number>> {
  const existing = new Set(await ask(() => client.admin.listTopics()))
  const topics = names.filter(name => existing.has(name))
  if (topics.length === 0) return new Map()
  const { topics: found } = await ask(() => client.admin.fetchTopicMetadata({ topics }))
  return new Map(found.map(({ name, partitions }) => [name, partitions.length]))
}

// kafkajs asks these questions once, and a connection that breaks just then is no reason for a service to end.
async function ask<Answer>(question: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await question()
    } catch (error) {
      if (attempt === askAttempts || !isPassing(error)) throw error
      await sleep(askWait)
    }
  }
}

// Only settings made on the topic itself; a broker's default is no decision about this topic.
async function currentSettings(
  client: KafkaClient,
  topics: readonly Topic<unknown>[],
): Promise<Map<string, Map<string, string>>> {
  if (topics.length === 0) return new Map()
  const resources = await describedTopics(
    client,
    topics.map(({ name }) => name),
  )
  const dynamicTopicConfig = 1
  return new Map(
    resources.map(({ resourceName, configEntries }) => [
      resourceName,
      new Map(
        configEntries
          .filter(entry => (entry as { configSource?: number }).configSource === dynamicTopicConfig)
          .map(({ configName, configValue }) => [configName, configValue]),
      ),
    ]),
  )
}

/** Whether this client may make a topic that is not there. Kafka judges the request and makes nothing. */
export async function mayCreate(client: KafkaClient, { name, partitions }: Topic<unknown>): Promise<boolean> {
  const topics = [{ topic: name, numPartitions: partitions, replicationFactor: 1 }]
  try {
    await client.admin.createTopics({ topics, validateOnly: true, waitForLeaders: false })
    return true
  } catch (error) {
    if (notCreated(error, client, [name]) instanceof NotAllowedError) return false
    throw error
  }
}

/** kafkajs gathers what was answered to each topic of a request, in the order of their names. */
function notCreated(error: unknown, client: KafkaClient, asked: readonly string[]): unknown {
  const errors: readonly unknown[] =
    error instanceof Error && 'errors' in error && Array.isArray(error.errors) ? error.errors : [error]
  const refused = new Map(
    errors.flatMap(each =>
      isRefusal(each) ? [[each instanceof Error && 'topic' in each ? String(each.topic) : '', each]] : [],
    ),
  )
  const topic = asked.find(each => refused.has(each))
  return topic === undefined ? error : explained(refused.get(topic), client, { topic, operation: 'Create' })
}
