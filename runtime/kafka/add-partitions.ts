// More partitions for topics that exist, for commands. Kafka can add partitions and take none away.

import { setTimeout as sleep } from 'node:timers/promises'
import type { KafkaClient } from './client.ts'

const pause = 100
const attempts = 300

/** How many partitions each of these topics has; topics that do not exist are left out. */
export async function countPartitions(
  client: KafkaClient,
  names: readonly string[],
): Promise<Map<string, number>> {
  const existing = new Set(await client.admin.listTopics())
  const topics = names.filter(name => existing.has(name))
  if (topics.length === 0) return new Map()
  const { topics: found } = await client.admin.fetchTopicMetadata({ topics })
  return new Map(found.map(({ name, partitions }) => [name, partitions.length]))
}

/**
 * Gives topics more partitions and waits until each has a leader. Those that have as many are left alone.
 * @throws when Kafka does not allow it, or does not come to it within half a minute
 */
export async function addPartitions(
  client: KafkaClient,
  names: readonly string[],
  count: number,
): Promise<void> {
  const counts = await countPartitions(client, names)
  const short = names.filter(name => (counts.get(name) ?? count) < count)
  if (short.length === 0) return
  await client.admin.createPartitions({ topicPartitions: short.map(topic => ({ topic, count })) })
  for (let attempt = 1; ; attempt++) {
    const { topics } = await client.admin.fetchTopicMetadata({ topics: [...short] })
    const ready = topics.every(
      ({ partitions }) => partitions.length >= count && partitions.every(({ leader }) => leader >= 0),
    )
    if (ready) return
    if (attempt === attempts) {
      throw new Error(
        `Kafka was told to add partitions to ${short.join(', ')} and no broker leads all of them yet. Run this again.`,
      )
    }
    await sleep(pause)
  }
}
