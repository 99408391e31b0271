// One Kafka for a test run, by the best means this machine has: a given one, a container, or the embedded one.

import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedBroker } from '@podpipe/runtime/broker/embedded.ts'
import { cacheRoot } from '@podpipe/runtime/broker/jars.ts'
import { lockDirectory } from '@podpipe/runtime/broker/lock.ts'
import { identify } from '@podpipe/runtime/broker/process-identity.ts'
import { reasonOf } from '@podpipe/runtime/errors.ts'
import { createLog, type Log } from '@podpipe/runtime/log.ts'
import { startKafkaContainer } from './kafka-container.ts'

export interface TestBroker {
  readonly kind: 'given' | 'container' | 'embedded'
  readonly brokers: readonly string[]
  /** Stops the broker in order and starts it again at the same address. A given one cannot be restarted. */
  readonly restart?: () => Promise<void>
  /** Ends what was started and removes its data; a given broker is left alone. */
  stop(): Promise<void>
}

export interface TestBrokerOptions {
  /** Default: the environment of this process. */
  readonly env?: NodeJS.ProcessEnv
  readonly log?: Log
  /**
   * A signal ends a process without its exit listeners, and the embedded broker, which has a process group of
   * its own, would stay. So SIGINT, SIGTERM and SIGHUP call process.exit; false leaves them to the caller, who
   * then calls stop(). Default true.
   */
  readonly endOnSignals?: boolean
}

/**
 * Finds or starts the broker of this test run and prints which one it is:
 * KAFKA_BROKERS (host:port, comma-separated) if set, else a container if a Docker engine answers and has the
 * image, else the embedded broker on a folder of its own. Nothing is ever pulled.
 */
export async function startTestBroker(options: TestBrokerOptions = {}): Promise<TestBroker> {
  const { env = process.env, log = createLog('test-broker', 'warn'), endOnSignals = true } = options
  const broker = givenBroker(env) ?? (await inContainer(log)) ?? (await startEmbedded(env, log, endOnSignals))
  console.log(`Kafka for the tests: ${broker.kind}, ${broker.brokers.join(',')}`)
  return broker
}

function givenBroker(env: NodeJS.ProcessEnv): TestBroker | undefined {
  const brokers = (env.KAFKA_BROKERS ?? '').split(',').filter(broker => broker.trim() !== '')
  return brokers.length === 0 ? undefined : { kind: 'given', brokers, stop: async () => {} }
}

/** An engine that answers but cannot run it must not cost the tests their broker. */
const inContainer = (log: Log): Promise<TestBroker | undefined> =>
  startKafkaContainer().catch((error: unknown) => {
    log.warn({ reason: reasonOf(error) }, 'Kafka cannot be started in a container; taking the embedded one')
    return undefined
  })

const prefix = 'test-broker-'

async function startEmbedded(env: NodeJS.ProcessEnv, log: Log, signals: boolean): Promise<TestBroker> {
  const root = cacheRoot(env)
  mkdirSync(root, { recursive: true })
  await sweep(root, log)
  const directory = mkdtempSync(join(root, `${prefix}${process.pid}-`))
  const remove = () => rmSync(directory, { recursive: true, force: true })
  try {
    const embedded = await startEmbeddedBroker({ directory, log, env, heap: '256m', profile: 'test' })
    // Listeners run in order: the one that ends a broker nobody has stopped is there already.
    process.on('exit', remove)
    if (signals) for (const name of endings) process.on(name, end)
    return {
      kind: 'embedded',
      brokers: embedded.brokers,
      restart: embedded.restart,
      async stop() {
        for (const name of endings) process.removeListener(name, end)
        await embedded.stop()
        process.removeListener('exit', remove)
        remove()
      },
    }
  } catch (error) {
    remove()
    throw error
  }
}

/** Stops the brokers and removes the folders of test runs that were killed. */
async function sweep(root: string, log: Log): Promise<void> {
  for (const name of readdirSync(root)) {
    const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1]
    if (pid === undefined || identify(Number(pid))) continue
    const directory = join(root, name)
    await lockDirectory(directory, log)
    rmSync(directory, { recursive: true, force: true })
  }
}

const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Ends the process as the signal would have, but with its exit listeners. */
const end = (name: NodeJS.Signals) => process.exit(128 + constants.signals[name])
