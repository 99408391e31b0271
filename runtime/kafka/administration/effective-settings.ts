// The settings by which topics are really kept, whether made on the topic or a default of the broker.

import type { KafkaClient } from '../client.ts'
import { isRefusal, NotAllowedError } from '../refusal.ts'

const topicResource = 2

/** Settings by topic and by their Kafka names. */
export type EffectiveSettings = ReadonlyMap<string, ReadonlyMap<string, string>>

/**
 * Asks for the settings of topics that exist.
 * @returns the refusal when this client may not see them: reading and writing a topic needs fewer rights
 */
export async function effectiveSettings(
  client: Pick<KafkaClient, 'admin' | 'principal' | 'brokers'>,
  topics: readonly string[],
): Promise<EffectiveSettings | NotAllowedError> {
  try {
    const { resources } = await client.admin.describeConfigs({
      includeSynonyms: false,
      resources: topics.map(name => ({ type: topicResource, name })),
    })
    return new Map(
      resources.map(({ resourceName, configEntries }) => [
        resourceName,
        new Map(configEntries.map(({ configName, configValue }) => [configName, configValue])),
      ]),
    )
  } catch (error) {
    if (!isRefusal(error)) throw error
    // Of several topics Kafka does not say to which it belongs.
    const [topic = '', ...others] = topics
    for (const one of others.length === 0 ? [] : topics) {
      const found = await effectiveSettings(client, [one])
      if (found instanceof NotAllowedError) return found
    }
    return new NotAllowedError(client, 'DescribeConfigs', 'topic', topic, error)
  }
}
