// Which errors of kafkajs, and of ours about Kafka, pass by themselves, as while a broker restarts. kafkajs's own mark
// is not enough: that no broker knows the coordinator just now, it calls not retriable.

import { hasCause } from '../errors.ts'

const passing = new Set([
  'KafkaJSGroupCoordinatorNotFound',
  'KafkaJSNumberOfRetriesExceeded',
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSBrokerNotFound',
  'KafkaJSMetadataNotLoaded',
  'NoLeaderError',
])

/** Whether it is worth trying again: the error itself or what caused it has to do with a broker that is away. */
export function isPassing(error: unknown): boolean {
  return hasCause(error, each => passing.has(each.name) || ('retriable' in each && each.retriable === true))
}
