// More partitions for topics that exist, for commands. Kafka can add partitions and take none away.

import type { KafkaClient } from '../client.ts'
import { countPartitions, untilLed } from './topics.ts'

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
  await untilLed(client, short, count, `Kafka was told to add partitions to ${short.join(', ')}`)
}
