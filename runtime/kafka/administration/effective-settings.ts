// The settings by which topics are really kept, whether made on the topic or a default of the broker.

import type { KafkaClient } from '../client.ts'
import { explained, isRefusal, NotAllowedError } from '../refusal.ts'

const topicResource = 2

/** Settings by topic and by their Kafka names. */
export type EffectiveSettings = ReadonlyMap<string, ReadonlyMap<string, string>>

type Asked = Pick<KafkaClient, 'admin' | 'principal' | 'brokers'>

/**
 * Asks for the settings of topics that exist.
 * @returns the refusal when this client may not see them: reading and writing a topic needs fewer rights
 */
export async function effectiveSettings(
  client: Asked,
  topics: readonly string[],
): Promise<EffectiveSettings | NotAllowedError> {
  try {
    const resources = await describedTopics(client, topics)
    return new Map(
      resources.map(({ resourceName, configEntries }) => [
        resourceName,
        new Map(configEntries.map(({ configName, configValue }) => [configName, configValue])),
      ]),
    )
  } catch (error) {
    if (error instanceof NotAllowedError) return error
    throw error
  }
}

/**
 * What Kafka says of topics that exist, with where each setting comes from.
 * @throws NotAllowedError with the topic whose settings this client may not see
 */
export async function describedTopics(
  client: Asked,
  topics: readonly string[],
): Promise<Awaited<ReturnType<KafkaClient['admin']['describeConfigs']>>['resources']> {
  try {
    const resources = topics.map(name => ({ type: topicResource, name }))
    return (await client.admin.describeConfigs({ includeSynonyms: false, resources })).resources
  } catch (error) {
    // Of several topics Kafka does not say to which a refusal belongs.
    if (isRefusal(error) && topics.length > 1) for (const one of topics) await describedTopics(client, [one])
    throw explained(error, client, { topic: topics[0] ?? '', operation: 'DescribeConfigs' })
  }
}
