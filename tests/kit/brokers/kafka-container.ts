// The broker of a test run as a container, through testcontainers, where that works without pulling anything.

import { freePorts } from '@podpipe/runtime/broker/ports.ts'
import type { ContainerRuntimeClient } from 'testcontainers'
import type { TestBroker } from './broker.ts'

const kafkaImage = 'apache/kafka:4.3.1'

/** The reaper that removes the containers of killed test runs; the default image of testcontainers 12.2.0. */
const reaperImage = 'testcontainers/ryuk:0.14.0'

/** testcontainers, and the engine's client where one answers. Loaded only when asked for: it takes a while. */
export async function openContainers() {
  const containers = await import('testcontainers')
  const client = await containers.getContainerRuntimeClient().catch(() => undefined)
  const has = async (image: string): Promise<boolean> =>
    (await client?.image.exists(containers.ImageName.fromString(image)).catch(() => false)) ?? false
  // Where its image is not at hand the tests have to do without.
  if (client && !(await has(process.env.RYUK_CONTAINER_IMAGE ?? reaperImage))) {
    process.env.TESTCONTAINERS_RYUK_DISABLED ??= 'true'
  }
  return { ...containers, client, has }
}

/**
 * Starts Kafka in a container.
 * Undefined if no Docker engine answers or the engine does not have the image, and where NO_ENGINE says that there is none.
 */
export async function startKafkaContainer(): Promise<TestBroker | undefined> {
  if (process.env.NO_ENGINE) return undefined
  const { GenericContainer, Wait, client, has } = await openContainers()
  if (!client || !(await has(kafkaImage))) return undefined
  // A fixed port instead of one that Docker picks: the broker must know the address it is reached at before
  // it starts, and must keep it when it is restarted.
  const [port = 0] = await freePorts(1)
  const host = hostOf(client)
  const container = await new GenericContainer(kafkaImage)
    .withExposedPorts({ container: 9092, host: port })
    .withEnvironment(kafkaEnvironment(`${host}:${port}`))
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .withStartupTimeout(180_000)
    .start()
  return {
    kind: 'container',
    brokers: [`${host}:${port}`],
    restart: () => container.restart(),
    stop: async () => void (await container.stop()),
  }
}

/** Where published ports are reached; a name would be looked up as IPv6 first, which Docker need not serve. */
const hostOf = ({ info }: ContainerRuntimeClient): string =>
  info.containerRuntime.host === 'localhost' ? '127.0.0.1' : info.containerRuntime.host

const kafkaEnvironment = (advertised: string): Record<string, string> => ({
  KAFKA_NODE_ID: '1',
  KAFKA_PROCESS_ROLES: 'broker,controller',
  KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
  KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
  KAFKA_LISTENERS: 'PLAINTEXT://:9092,BROKER://:9094,CONTROLLER://:9093',
  KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://${advertised},BROKER://localhost:9094`,
  // Transactions fail unless the broker reaches itself over this one; the other leads through the host.
  KAFKA_INTER_BROKER_LISTENER_NAME: 'BROKER',
  KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CONTROLLER:PLAINTEXT,BROKER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
  KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
  KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
  KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
  KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
  KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
  KAFKA_MESSAGE_MAX_BYTES: '16777216',
  KAFKA_REPLICA_FETCH_MAX_BYTES: '16777216',
  KAFKA_BROKER_SESSION_TIMEOUT_MS: '3000',
  KAFKA_BROKER_HEARTBEAT_INTERVAL_MS: '500',
  // Its default is half of this heap, and leaves the broker to collect garbage for the tenth part of its time. And no test
  // lasts as long as the second compiler pays.
  KAFKA_LOG_CLEANER_DEDUPE_BUFFER_SIZE: '4194304',
  KAFKA_HEAP_OPTS: '-Xms256m -Xmx512m -XX:TieredStopAtLevel=1',
})
