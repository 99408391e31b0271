// Where a time lies in a topic, for commands.

import type { KafkaClient } from './client.ts'

/**
 * The offset of the first record of each partition that was appended at a time or after it; where there is none,
 * the partition's end. For topics without transactions: elsewhere an end may lie behind what can be read, and a place
 * before the one that is meant (offset-of-time.ts).
 * @param time milliseconds since 1970
 * @returns offsets by partition
 */
export async function offsetsAtTime(
  client: Pick<KafkaClient, 'admin'>,
  topic: string,
  time: number,
): Promise<number[]> {
  const found = await client.admin.fetchTopicOffsetsByTimestamp(topic, time)
  const offsets: number[] = []
  for (const { partition, offset } of found) offsets[partition] = Number(offset)
  return offsets
}
