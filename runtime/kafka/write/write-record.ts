// Writes one record and is done: for commands. Services have producers that live as long as they do.

import type { KafkaClient } from '../client.ts'
import type { TopicPartition } from '../group/assigner.ts'
import { keyPartitioner } from './key-partitioner.ts'

/**
 * Resolves when every replica in sync has the record.
 * @param record.value null clears the key in a compacted topic
 * @throws after some seconds of trying; the record may or may not have been written
 */
export async function writeRecord(
  client: KafkaClient,
  record: TopicPartition & { readonly key: string; readonly value: Buffer | null },
): Promise<void> {
  const { topic, partition, key, value } = record
  const producer = client.kafka.producer({
    idempotent: false,
    allowAutoTopicCreation: false,
    createPartitioner: keyPartitioner,
  })
  await producer.connect()
  try {
    await producer.send({ topic, acks: -1, messages: [{ partition, key, value }] })
  } finally {
    await producer.disconnect()
  }
}
