// Deletes topics, for commands.

import { setTimeout as sleep } from 'node:timers/promises'
import type { KafkaClient } from '../client.ts'

const pause = 100
const attempts = 300

/**
 * Deletes those of the topics that exist and waits until the cluster knows them no more, so that they can be made anew.
 * @throws when Kafka does not allow it, or does not come to it within half a minute
 */
export async function removeTopics(client: KafkaClient, names: readonly string[]): Promise<void> {
  const present = async (): Promise<string[]> =>
    (await client.admin.listTopics()).filter(name => names.includes(name))
  const topics = await present()
  if (topics.length === 0) return
  await client.admin.deleteTopics({ topics })
  for (let attempt = 1; ; attempt++) {
    const left = await present()
    if (left.length === 0) return
    if (attempt === attempts) {
      throw new Error(`Kafka was told to delete ${left.join(', ')} and still has them. Run this again.`)
    }
    await sleep(pause)
  }
}
