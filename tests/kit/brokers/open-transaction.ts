// A transaction of a stranger that stands open: nobody reads behind it.

import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import type { TopicPartition } from '@podpipe/runtime/kafka/group/assigner.ts'

/**
 * Writes a record and leaves its transaction open.
 * @returns what ends it, as if nothing had been written
 */
export async function openTransaction(
  client: KafkaClient,
  { topic, partition }: TopicPartition,
): Promise<() => Promise<void>> {
  const producer = client.transactions.producer({
    transactionalId: 'a-stranger',
    transactionTimeout: 120_000,
    maxInFlightRequests: 1,
    idempotent: true,
  })
  await producer.connect()
  const transaction = await producer.transaction()
  await transaction.send({ topic, messages: [{ partition, value: 'never committed' }] })
  return async () => {
    await transaction.abort()
    await producer.disconnect()
  }
}
