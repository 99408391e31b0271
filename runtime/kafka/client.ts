// The connection to Kafka that a process shares: one client, one admin, and kafkajs's log lines in ours.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Admin, ISocketFactory, KafkaConfig } from 'kafkajs'
import { backoff } from '../backoff.ts'
import type { KafkaSecurity } from '../config/config.ts'
import { ConfigurationError, reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { requireFit } from './administration/fit-broker.ts'
import { type Attempt, followAttempt } from './connection/attempt.ts'
import { createFrameSocket } from './connection/frame-socket.ts'
import { Cluster, type InternalCluster } from './connection/internals.ts'
import { tellEncoder } from './encoding/faster-kafkajs.ts'
import { Kafka, logLevel } from './kafkajs.ts'
import { principalOf, securityOptions } from './security.ts'
import { type WhyNot, whyNot } from './why-not.ts'

export interface KafkaClient {
  readonly brokers: readonly string[]
  /** The user that podpipe is to Kafka, as Kafka writes it: `User:name`. */
  readonly principal: string
  readonly log: Log
  /** kafkajs itself; only files in and below this folder touch it. */
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
const pauses = { first: 1_000, longest: 15_000 }

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
 * @throws ConfigurationError when the brokers are too old
 * @throws the last connection error once the signal fires
 */
export async function connectKafka(options: {
  brokers: readonly string[]
  security?: KafkaSecurity | undefined
  clientId: string
  log: Log
  /** Told why it cannot be reached, as soon as that is known. */
  onAway?: (why: WhyNot) => void
  signal?: AbortSignal
}): Promise<KafkaClient> {
  const { clientId, log, security } = options
  const brokers = [...options.brokers]
  tellEncoder(log)
  const secured = securityOptions(security)
  // kafkajs keeps what is wrong with a connection to itself for as long as it tries.
  let lastFailure: unknown
  let attempt: Attempt | undefined
  const socketFactory: ISocketFactory = target => {
    const socket = createFrameSocket(target)
    attempt = followAttempt(socket, target)
    let isTold = false
    const note = (error: Error): void => {
      if (!isTold) lastFailure = error
      isTold = true
    }
    socket.once('error', note)
    // A handshake that breaks off says so behind the end.
    socket.once('end', () =>
      setImmediate(() => note(new Error('Closed connection: the other side has ended it'))),
    )
    return socket
  }
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
    socketFactory,
    authenticationTimeout: connectionTimeout,
    logLevel: logLevel.INFO,
    logCreator: () => entry => writeLine(log, entry.label, entry.namespace, entry.log),
  }
  const kafka = new Kafka(settings)
  const admin = kafka.admin()
  const client: KafkaClient = {
    brokers,
    principal: principalOf(security),
    log,
    kafka,
    transactions: new Kafka({ ...settings, retry: briskRetry }),
    admin,
    createCluster: () =>
      new Cluster({
        ...common,
        logger: kafka.logger(),
        socketFactory,
        authenticationTimeout: connectionTimeout,
        metadataMaxAge: 60_000,
        allowAutoTopicCreation: false,
        maxInFlightRequests: null,
        isolationLevel: readCommitted,
      }),
    close: () => admin.disconnect(),
  }
  const soFar = (): SoFar => ({
    reason: lastFailure ?? attempt?.waitsFor() ?? new Error('no connection has been tried yet'),
    isWaiting: lastFailure === undefined,
  })
  await connectAdmin(client, soFar, options)
  return client
}

/** Why there is no connection yet, and whether that may still become one or another reason. */
interface SoFar {
  readonly reason: unknown
  readonly isWaiting: boolean
}

async function connectAdmin(
  client: KafkaClient,
  soFar: () => SoFar,
  { security, signal, onAway }: Pick<Parameters<typeof connectKafka>[0], 'security' | 'signal' | 'onAway'>,
): Promise<void> {
  const { admin, brokers, log } = client
  // What it waited for, when that was all there was to tell, is told once more with what came of it.
  let told: 'nothing' | 'waiting' | 'why' = 'nothing'
  const tell = (reason: unknown, isWaiting = false): void => {
    const why = whyNot(reason, security, false)
    onAway?.(why)
    if (told === 'why' || (told === 'waiting' && isWaiting)) return
    told = isWaiting ? 'waiting' : 'why'
    log.error(
      { brokers, reason: reasonOf(reason) },
      `Kafka does not answer; nothing flows until it does. ${sentence(why.cause)}. ${why.action} podpipe keeps trying`,
    )
  }
  // kafkajs tries for some ten seconds before it says a word; whoever has just started podpipe looks now.
  const early = setTimeout(() => {
    const { reason, isWaiting } = soFar()
    tell(reason, isWaiting)
  }, tellAfter)
  try {
    for (let failures = 1; ; failures++) {
      try {
        await admin.connect()
        await requireFit(client)
        if (told !== 'nothing') log.info({ brokers }, 'Kafka answers')
        return
      } catch (error) {
        if (error instanceof ConfigurationError) {
          // Connected all the same: left open, it would keep a process alive that has nothing to do any more.
          await admin.disconnect()
          throw error
        }
        if (signal?.aborted) throw error
        tell(error)
        // kafkajs waits between its own attempts, but not after an error that it takes for final, as a wrong password is.
        await sleep(backoff(failures, pauses, Math.random()), undefined, { signal }).catch(() => undefined)
        if (signal?.aborted) throw error
      }
    }
  } finally {
    clearTimeout(early)
  }
}

const sentence = (clause: string): string => clause.charAt(0).toUpperCase() + clause.slice(1)

// kafkajs cries ERROR at every rebalance and every lost connection, and repeats what its callers report
// with a cause. Its lines are evidence for whoever hunts a fault, not instructions to the operator.
function writeLine(log: Log, label: string, namespace: string, entry: { message: string }): void {
  if (label === 'DEBUG') return
  const { message, ...fields } = entry as { message: string; [field: string]: unknown }
  log.debug({ kafkajs: namespace, level_there: label, ...fields, stack: undefined }, message)
}
