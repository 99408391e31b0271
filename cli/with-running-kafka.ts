// Kafka for a command that looks in: the cluster of the configuration, the embedded broker of a podpipe that
// runs, or, where none runs, the embedded broker for as long as the command takes.

import { join } from 'node:path'
import { runningBroker } from '@podpipe/runtime/broker/running.ts'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import { createLog } from '@podpipe/runtime/log.ts'
import { listenForStop } from '@podpipe/runtime/stop.ts'
import { connectNow } from './connect-now.ts'
import { withEmbeddedBroker, withKafka } from './with-kafka.ts'

const stopBudgetMs = 30_000

/**
 * Runs `work` with a connection.
 * @param makesTopics whether an embedded broker that is started here gets the topics that it has not
 * @throws ConfigurationError when Kafka does not answer
 */
export async function withRunningKafka(
  config: PodpipeConfig,
  command: string,
  work: (client: KafkaClient) => Promise<void>,
  makesTopics = true,
): Promise<void> {
  const connected = async (brokers: readonly string[]): Promise<void> => {
    const client = await connectNow(config, brokers, command)
    try {
      await work(client)
    } finally {
      await client.close()
    }
  }
  if (config.kafka.brokers.length > 0) return connected(config.kafka.brokers)
  const running = runningBroker(join(config.stateDirectory, 'kafka'))
  if (running !== undefined) return connected([running])
  process.stderr.write('podpipe: no podpipe runs here; its Kafka is started for this command alone\n')
  const log = createLog(command, 'silent')
  // So that a signal does not leave the broker behind.
  const stop = listenForStop(stopBudgetMs, log)
  await (makesTopics ? withKafka : withEmbeddedBroker)(config, log, stop.signal, connected)
}
