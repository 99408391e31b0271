// The connection to Kafka that a process shares: one client, one admin, and kafkajs's log lines in ours.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Admin, KafkaConfig } from 'kafkajs'
import type { KafkaSecurity } from '../config/config.ts'
import { reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { tellEncoder } from './faster-kafkajs.ts'
import { createFrameSocket } from './frame-socket.ts'
import { Cluster, type InternalCluster } from './internals.ts'
import { Kafka, logLevel } from './kafkajs.ts'
import { principalOf, securityOptions } from './security.ts'

export interface KafkaClient {
  readonly brokers: readonly string[]
  /** The user that podpipe is to Kafka, as Kafka writes it: `User:name`. */
  readonly principal: string
  readonly log: Log
  /** kafkajs itself; only files in this folder touch it. */
  readonly kafka: Kafka
  /** The same for transactional producers, which wait for each other and not for brokers. */
  readonly transactions: Kafka
  readonly admin: Admin
  /** A view of the cluster that reads committed records only, with connections of its own. */
  createCluster(): InternalCluster
  close(): Promise<void>
}

const connectionTimeout = 10_000
const requestTimeout = 30_000
const readCommitted = 1
const tellAfter = 2_000
const pauseAfterFailure = 1_000

// Long enough for a broker to be restarted; what lasts longer is the callers' to retry, aloud.
const retry = { initialRetryTime: 100, maxRetryTime: 3_000, retries: 8 }
// As long in all, but closer together at first: whoever takes over an open transaction waits some 300 ms until Kafka
// has ended it, and can do nothing before.
const briskRetry = { initialRetryTime: 20, multiplier: 1.5, maxRetryTime: 1_000, retries: 20 }

/**
 * Connects to a cluster, waiting while it cannot be reached.
 * @param brokers addresses as host:port
 * @param security how the cluster wants to be spoken to; undefined for plain connections
 * @param signal ends the waiting
 * @throws ConfigurationError when a file of the security cannot be read
 * @throws the last connection error once the signal fires
 */
export async function connectKafka(options: {
  brokers: readonly string[]
  security?: KafkaSecurity | undefined
  clientId: string
  log: Log
  signal?: AbortSignal
}): Promise<KafkaClient> {
  const { clientId, log, signal } = options
  const brokers = [...options.brokers]
  tellEncoder(log)
  const secured = securityOptions(options.security)
  const common = {
    ...secured,
    clientId,
    brokers,
    connectionTimeout,
    requestTimeout,
    enforceRequestTimeout: true,
    retry,
  }
  const settings: KafkaConfig = {
    ...common,
    socketFactory: createFrameSocket,
    authenticationTimeout: connectionTimeout,
    logLevel: logLevel.INFO,
    logCreator: () => entry => writeLine(log, entry.label, entry.namespace, entry.log),
  }
  const kafka = new Kafka(settings)
  const admin = kafka.admin()
  await connectAdmin(admin, brokers, log, signal)

  return {
    brokers,
    principal: principalOf(options.security),
    log,
    kafka,
    transactions: new Kafka({ ...settings, retry: briskRetry }),
    admin,
    createCluster: () =>
      new Cluster({
        ...common,
        logger: kafka.logger(),
        socketFactory: createFrameSocket,
        authenticationTimeout: connectionTimeout,
        metadataMaxAge: 60_000,
        allowAutoTopicCreation: false,
        maxInFlightRequests: null,
        isolationLevel: readCommitted,
      }),
    close: () => admin.disconnect(),
  }
}

async function connectAdmin(admin: Admin, brokers: string[], log: Log, signal?: AbortSignal): Promise<void> {
  let told = false
  const tell = (reason: string): void => {
    if (told) return
    told = true
    log.error(
      { brokers, reason },
      'Kafka does not answer; nothing flows until it does. Check that the brokers run, that kafka.brokers names them, and that kafka.tls and kafka.sasl are what they want; podpipe keeps trying',
    )
  }
  // kafkajs tries for some ten seconds before it says a word; whoever has just started podpipe looks now.
  const early = setTimeout(() => tell('no connection yet'), tellAfter)
  try {
    for (;;) {
      try {
        await admin.connect()
        if (told) log.info({ brokers }, 'Kafka answers')
        return
      } catch (error) {
        if (signal?.aborted) throw error
        tell(reasonOf(error))
        // kafkajs waits between its own attempts, but not after an error that it takes for final.
        await sleep(pauseAfterFailure, undefined, { signal }).catch(() => undefined)
        if (signal?.aborted) throw error
      }
    }
  } finally {
    clearTimeout(early)
  }
}

// kafkajs cries ERROR at every rebalance and every lost connection, and repeats what its callers report
// with a cause. Its lines are evidence for whoever hunts a fault, not instructions to the operator.
function writeLine(log: Log, label: string, namespace: string, entry: { message: string }): void {
  if (label === 'DEBUG') return
  const { message, ...fields } = entry as { message: string; [field: string]: unknown }
  log.debug({ kafkajs: namespace, level_there: label, ...fields, stack: undefined }, message)
}
