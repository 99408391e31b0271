// Kafka for a run: the cluster that the configuration names, or one of our own for as long as the run lasts.

import { join } from 'node:path'
import { startEmbeddedBroker } from '@podpipe/runtime/broker/embedded.ts'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { topicsOfConfig } from '@podpipe/runtime/config/topics-of.ts'
import { applyTopics } from '@podpipe/runtime/kafka/administration/topics.ts'
import { connectKafka } from '@podpipe/runtime/kafka/client.ts'
import type { Log } from '@podpipe/runtime/log.ts'
import { listTopics } from '@podpipe/schemas/topics.ts'

/**
 * Runs `work` with the addresses of a Kafka that is up. Topics of an embedded broker are made here; those of
 * a cluster are made by whoever has the right to, with `podpipe topics apply`.
 * @param signal ends a start that is under way
 */
export async function withKafka(
  config: PodpipeConfig,
  log: Log,
  signal: AbortSignal,
  work: (brokers: readonly string[]) => Promise<void>,
): Promise<void> {
  if (config.kafka.brokers.length > 0) return work(config.kafka.brokers)
  await withEmbeddedBroker(config, log, signal, async brokers => {
    const client = await connectKafka({ brokers, clientId: 'podpipe-topics', log, signal })
    try {
      await applyTopics(client, listTopics(topicsOfConfig(config)))
    } finally {
      await client.close()
    }
    await work(brokers)
  })
}

/**
 * Runs `work` with an embedded broker, its topics as they are.
 * @param signal ends a start that is under way
 */
export async function withEmbeddedBroker(
  config: PodpipeConfig,
  log: Log,
  signal: AbortSignal,
  work: (brokers: readonly string[]) => Promise<void>,
): Promise<void> {
  const directory = join(config.stateDirectory, 'kafka')
  const broker = await startEmbeddedBroker({ directory, log, heap: config.kafka.heap, signal })
  try {
    await work(broker.brokers)
  } finally {
    await broker.stop()
  }
}
