// The embedded broker: a single-node Apache Kafka as a child process, for whoever names no cluster.
// It lives in one directory, keeps one port for as long as podpipe runs, and is kept up.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigurationError } from '../errors.ts'
import type { Log } from '../log.ts'
import { clearTemporary, prepareDirectory } from './directory.ts'
import { formatOnce } from './format.ts'
import { findInstallation, type Installation } from './installation.ts'
import { brokerFlags, type Jvm, type Profile, startJvm, toolFlags } from './jvm.ts'
import { BrokerEnded, launchBroker } from './launch.ts'
import { type DirectoryLock, lockDirectory } from './lock.ts'
import { freePorts } from './ports.ts'
import { type Listeners, serverProperties } from './properties.ts'
import { type Health, supervise } from './supervise.ts'
import { awaitRoom } from './watch-disk.ts'

export interface EmbeddedBrokerOptions {
  /** Everything the broker keeps is in here; made if absent, found again at the next start. */
  readonly directory: string
  readonly log: Log
  /** Java's heap, as for -Xmx. Default 512m. */
  readonly heap?: string
  /** Default `work`. */
  readonly profile?: Profile
  /** Ends a start that is under way. A broker that is up is ended by stop() only: services drain into it. */
  readonly signal?: AbortSignal
  /** Called when the broker ended unasked, with the reason. */
  readonly onDown?: (reason: string) => void
  /** Called when it serves again, on the same port. */
  readonly onUp?: () => void
  /** Where to look for Java, Maven and the jars. Default: the environment of this process. */
  readonly env?: NodeJS.ProcessEnv
}

export interface EmbeddedBroker {
  /** The bootstrap servers: one host:port, the same until stop(). */
  readonly brokers: string[]
  readonly pid: number | undefined
  health(): Health
  /** Stops the broker in order and frees the directory. May be called more than once. */
  stop(): Promise<void>
  /** Stops the broker in order and starts it again on the same port. For tests. */
  restart(): Promise<void>
  /** Kills the broker; it is started again as after any crash. For tests. */
  kill(): void
}

const startAttempts = 3
const usualHeap = '512m'

/**
 * Starts the broker and resolves when it serves.
 * Rejects with ConfigurationError when a person must act (no Java, directory in use or not writable),
 * with Error when the broker ends while starting, with the signal's reason when aborted.
 */
export async function startEmbeddedBroker(options: EmbeddedBrokerOptions): Promise<EmbeddedBroker> {
  const { directory, log, signal } = options
  requireHeap(options.heap ?? usualHeap)
  const installation = await findInstallation(options.env ?? process.env, log, signal)
  prepareDirectory(directory)
  const lock = await lockDirectory(directory, log)
  try {
    clearTemporary(directory)
    return await startOnFreePorts(options, installation, lock)
  } catch (error) {
    lock.release()
    throw explain(error, directory)
  }
}

/** Between choosing a port and binding it anybody may take it; then other ports are tried. */
async function startOnFreePorts(
  options: EmbeddedBrokerOptions,
  installation: Installation,
  lock: DirectoryLock,
): Promise<EmbeddedBroker> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const [port = 0, controllerPort = 0] = await freePorts(2)
      return await startOn({ port, controllerPort }, options, installation, lock)
    } catch (error) {
      if (!isPortTaken(error) || attempt === startAttempts) throw error
    }
  }
}

async function startOn(
  listeners: Listeners,
  options: EmbeddedBrokerOptions,
  installation: Installation,
  lock: DirectoryLock,
): Promise<EmbeddedBroker> {
  const { directory, log, heap = usualHeap, profile = 'work', signal, onDown, onUp } = options
  const { port } = listeners
  // The properties are written for each run: the ports are ours, whatever became of the file since.
  const run = (flags: readonly string[], program: readonly string[]): Jvm => {
    writeFileSync(join(directory, 'server.properties'), serverProperties(listeners))
    const jvm = startJvm(installation, directory, flags, program)
    lock.recordBroker(jvm.pid)
    return jvm
  }
  const format = (args: readonly string[]) => run(toolFlags, ['kafka.tools.StorageTool', ...args])
  const start = () => run(brokerFlags(heap, profile), ['kafka.Kafka', 'server.properties'])

  const cluster = await formatOnce(directory, format, signal)
  const launch = (until?: AbortSignal) => launchBroker({ start, port, cluster, log }, until)
  const jvm = await launch(signal)
  log.info({ directory, port, pid: jvm.pid }, 'The embedded Kafka broker is up')
  // One that a full disk has ended would end again at each start, ever later; so it waits for room and is there at once.
  const relaunch = async (until: AbortSignal): Promise<Jvm> => {
    await awaitRoom(directory, until)
    return launch(until)
  }
  const supervised = supervise(jvm, { launch: relaunch, log, onDown, onUp })
  return {
    brokers: [`127.0.0.1:${port}`],
    get pid() {
      return supervised.pid()
    },
    health: supervised.health,
    restart: supervised.restart,
    kill: supervised.kill,
    async stop() {
      await supervised.stop()
      lock.release()
    },
  }
}

function requireHeap(heap: string): void {
  if (/^[1-9]\d*[kmg]$/i.test(heap)) return
  throw new ConfigurationError(
    `The heap of the embedded Kafka broker is "${heap}", which Java does not understand. ` +
      'Write a whole number with k, m or g after it, such as 512m.',
  )
}

const wordsOf = (error: unknown): string =>
  error instanceof BrokerEnded ? error.exit.lastWords.join('\n') : ''

const isPortTaken = (error: unknown): boolean => /Address already in use|BindException/.test(wordsOf(error))

/** Kafka's own lock on its data folder holds where ours cannot see: across containers and hosts. */
function explain(error: unknown, directory: string): unknown {
  if (!/Failed to acquire lock/.test(wordsOf(error))) return error
  return new ConfigurationError(
    `The data directory ${directory} is in use by another Kafka broker, perhaps in another container. ` +
      'Two brokers on one directory would destroy its data. ' +
      'Stop the other one, or give this podpipe a persistence directory of its own.',
  )
}
