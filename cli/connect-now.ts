// A connection to Kafka for a command. A person waits for the answer, so a cluster that cannot be reached is
// said at once and not waited for.

import { ConfigurationError, reasonOf } from '@podpipe/runtime/errors.ts'
import { connectKafka, type KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import { createLog } from '@podpipe/runtime/log.ts'

/**
 * Connects; the caller closes.
 * @param file the configuration that names the brokers, for the message
 * @throws ConfigurationError when Kafka does not answer
 */
export async function connectNow(
  file: string,
  brokers: readonly string[],
  command: string,
): Promise<KafkaClient> {
  return connectKafka({
    brokers: [...brokers],
    clientId: `podpipe-${command}`,
    log: createLog(command, 'silent'),
    signal: AbortSignal.abort(),
  }).catch(error => {
    throw new ConfigurationError(
      `Kafka does not answer at ${brokers.join(', ')}: ${reasonOf(error)}. Check that it runs and that kafka.brokers in ${file} names it.`,
    )
  })
}
