// A connection to Kafka for a command. A person waits for the answer, so a cluster that cannot be reached is
// said at once and not waited for.

import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import { connectKafka, type KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import { type WhyNot, whyNot } from '@podpipe/runtime/kafka/why-not.ts'
import { createLog } from '@podpipe/runtime/log.ts'
import { whyUnreachable } from './reachable.ts'

/**
 * Connects; the caller closes.
 * @param config is named in the message, and says how the brokers want to be spoken to
 * @throws ConfigurationError when Kafka does not answer
 */
export async function connectNow(
  config: PodpipeConfig,
  brokers: readonly string[],
  command: string,
): Promise<KafkaClient> {
  const why = await whyUnreachable(brokers)
  if (why !== undefined) throw noAnswer(brokers, whyNot(new Error(why), config.kafka.security, false), config)
  return connectKafka({
    brokers: [...brokers],
    security: config.kafka.security,
    clientId: `podpipe-${command}`,
    log: createLog(command, 'silent'),
    signal: AbortSignal.abort(),
  }).catch(error => {
    if (error instanceof ConfigurationError) throw error
    throw noAnswer(brokers, whyNot(error, config.kafka.security, false), config)
  })
}

function noAnswer(
  brokers: readonly string[],
  { cause, action }: WhyNot,
  { file, kafka }: PodpipeConfig,
): ConfigurationError {
  const what = `Kafka does not answer at ${brokers.join(', ')}: ${cause}`
  return new ConfigurationError(
    kafka.brokers.length > 0
      ? `${what}. ${action} The configuration is ${file}.`
      : `podpipe's own ${what}. It is only just starting, or has ended and is started again: run this again in a moment; podpipe status and the log of podpipe say more.`,
  )
}
