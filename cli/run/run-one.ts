// One service in this process, with the configuration as it moves.

import type { EventEmitter } from 'node:events'
import { join } from 'node:path'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { readConfig } from '@podpipe/runtime/config/read.ts'
import { type WatchedConfig, watchConfig } from '@podpipe/runtime/config/watched-config.ts'
import type { Log } from '@podpipe/runtime/log.ts'
import type { Readiness } from '@podpipe/runtime/readiness.ts'
import { runService, type ServiceName } from '@podpipe/runtime/service.ts'
import type { Stop } from '@podpipe/runtime/stop.ts'

const services = {
  ingest: async () => (await import('@podpipe/ingest/main.ts')).ingest,
  dedup: async () => (await import('@podpipe/dedup/main.ts')).dedup,
  forwarder: async () => (await import('@podpipe/forwarder/main.ts')).forwarder,
  console: async () => (await import('@podpipe/console/main.ts')).createConsole(),
}

/**
 * Runs a service until it is told to stop.
 * @param options.config as it is in use, whatever the files say by now
 * @param options.reloads emits `reload` when somebody asks for the configuration to be read again
 * @param options.tellsWarnings whether what is odd in it when it was read again is said here, or by `run all`
 * @throws ConfigurationError when a person has to act first; anything else is a failure of the run
 */
export async function runOne(options: {
  readonly name: ServiceName
  readonly config: PodpipeConfig
  readonly brokers: readonly string[]
  readonly log: Log
  readonly stop: Stop
  readonly reloads: EventEmitter
  readonly tellsWarnings: boolean
  readonly httpPort?: number | undefined
}): Promise<void> {
  const { name, config, brokers, log, stop, reloads, tellsWarnings, httpPort } = options
  const watched = followConfig({ config, concern: name, log, reloads, tellsWarnings })
  try {
    const work = await services[name]()
    const reached = { ...config, kafka: { ...config.kafka, brokers } }
    // Where no cluster is named Kafka is podpipe's own, on this machine.
    const brokerDirectory =
      config.kafka.brokers.length === 0 ? join(config.stateDirectory, 'kafka') : undefined
    await runService({
      name,
      config: reached,
      watched,
      work,
      log,
      stop,
      httpPort,
      brokerDirectory,
      report: await reportOf(name, config, log),
    })
  } finally {
    watched.stop()
  }
}

/** Who sends operational messages of this process, where the configuration wants them. */
async function reportOf(service: ServiceName, config: PodpipeConfig, log: Log) {
  const settings = config.outputs.find(({ name }) => name === config.monitoringOutput)
  if (settings === undefined) return undefined
  const { openReporter } = await import('@podpipe/forwarder/monitoring/reporter.ts')
  return (readiness: Readiness) => openReporter({ settings, config, service, readiness, log })
}

/** Reads the configuration again as it changes; the level of the log is the first to follow. */
export function followConfig(options: {
  readonly config: PodpipeConfig
  readonly concern?: ServiceName
  readonly log: Log
  readonly reloads: EventEmitter
  readonly tellsWarnings: boolean
}): WatchedConfig {
  const { config, concern, log, reloads, tellsWarnings } = options
  const read = (): PodpipeConfig => readConfig(config.files, process.env)
  const watched = watchConfig({ first: config, read, concern, tellsWarnings, log })
  watched.onChange(({ logLevel }) => {
    log.level = logLevel
  })
  reloads.on('reload', () => watched.reload())
  return watched
}
