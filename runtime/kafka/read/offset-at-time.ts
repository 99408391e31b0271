// Where a time lies in a topic, for commands.

import { setTimeout as sleep } from 'node:timers/promises'
import type { KafkaClient } from '../client.ts'
import { isPassing } from '../passing.ts'

const attempts = 20
const pause = 250

/**
 * The offset of the first record of each partition that was appended at a time or after it; where there is none,
 * the partition's end. For topics without transactions: elsewhere an end may lie behind what can be read, and a place
 * before the one that is meant (offset-of-time.ts).
 * @param time milliseconds since 1970
 * @returns offsets by partition
 * @throws when Kafka does not say within some seconds
 */
export async function offsetsAtTime(
  client: { readonly admin: Pick<KafkaClient['admin'], 'fetchTopicOffsetsByTimestamp'> },
  topic: string,
  time: number,
): Promise<number[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      const found = await client.admin.fetchTopicOffsetsByTimestamp(topic, time)
      const offsets: number[] = []
      for (const { partition, offset } of found) offsets[partition] = Number(offset)
      return offsets
    } catch (error) {
      if (attempt === attempts || !(isPassing(error) || isCrossed(error))) throw error
      await sleep(pause)
    }
  }
}

/**
 * Whether kafkajs has lost sight of the topic for a moment. Of two answers about topics that cross each other it keeps the one that
 * came last, though it may lack what was asked for later; then it asks no partition at all and fails over an answer that is not there (seen: 55
 * of 900 look-ups, six side by side on a new connection).
 */
const isCrossed = (error: unknown): boolean => error instanceof TypeError
