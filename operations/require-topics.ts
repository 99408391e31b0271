// The topics that a command looks into, before it does.

import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import { checkTopics } from '@podpipe/runtime/kafka/administration/topics.ts'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import type { Topic, Topics } from '@podpipe/schemas/topics.ts'

/** Raw, unique and seen of every kind of event. */
export const flowOf = ({ services, raw, unique, seen }: Topics): Topic<unknown>[] =>
  services.flatMap(service => [raw(service), unique(service), seen(service)])

/**
 * Holds topics against the cluster.
 * @param hence what follows from a missing one, for the message
 * @throws ConfigurationError when one is missing or has another number of partitions
 */
export async function requireTopics(
  client: KafkaClient,
  table: readonly Topic<unknown>[],
  hence: string,
): Promise<void> {
  for (const change of await checkTopics(client, table)) {
    if (change.change === 'create') {
      throw new ConfigurationError(
        `${client.brokers.join(', ')}: topic ${change.topic} does not exist, ${hence}. Check that kafka.brokers and kafka.prefix are those of the podpipe that received the events.`,
      )
    }
    if (change.change === 'refused')
      throw new ConfigurationError(`Topic ${change.topic} cannot be used: ${change.why}.`)
  }
}
