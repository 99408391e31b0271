// One service in this process, with the configuration as it moves.

import type { EventEmitter } from 'node:events'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { readConfig } from '@podpipe/runtime/config/read.ts'
import { watchConfig } from '@podpipe/runtime/config/watched-config.ts'
import type { Log } from '@podpipe/runtime/log.ts'
import { runService, type ServiceName } from '@podpipe/runtime/service.ts'
import type { Stop } from '@podpipe/runtime/stop.ts'

const services = {
  ingest: async () => (await import('@podpipe/ingest/main.ts')).ingest,
  dedup: async () => (await import('@podpipe/dedup/main.ts')).dedup,
  forwarder: async () => (await import('@podpipe/forwarder/main.ts')).forwarder,
}

/** In the order of the flow. */
export const serviceNames: readonly ServiceName[] = ['ingest', 'dedup', 'forwarder']

/**
 * Runs a service until it is told to stop.
 * @param options.reloads emits `reload` when somebody asks for the configuration to be read again
 * @throws ConfigurationError when a person has to act first; anything else is a failure of the run
 */
export async function runOne(options: {
  readonly name: ServiceName
  readonly config: PodpipeConfig
  readonly brokers: readonly string[]
  readonly log: Log
  readonly stop: Stop
  readonly reloads: EventEmitter
  readonly httpPort?: number | undefined
}): Promise<void> {
  const { name, config, brokers, log, stop, reloads, httpPort } = options
  const watched = followConfig({ config, concern: name, log, reloads })
  try {
    const work = await services[name]()
    const reached = { ...config, kafka: { ...config.kafka, brokers } }
    await runService({ name, config: reached, watched, work, log, stop, httpPort })
  } finally {
    watched.stop()
  }
}

/** Reads the configuration again as it changes; the level of the log is the first to follow. */
export function followConfig(options: {
  readonly config: PodpipeConfig
  readonly concern?: ServiceName
  readonly log: Log
  readonly reloads: EventEmitter
}): ReturnType<typeof watchConfig> {
  const { config, concern, log, reloads } = options
  // `run all` tells its children by this variable where Kafka is; whether the file says another place now is seen without it.
  const { PODPIPE_KAFKA_BROKERS: _, ...ofFile } = process.env
  const env = process.send === undefined ? process.env : ofFile
  const read = (): PodpipeConfig => readConfig(config.files, env)
  const watched = watchConfig({ first: read(), read, concern, log })
  watched.onChange(({ logLevel }) => {
    log.level = logLevel
  })
  reloads.on('reload', () => watched.reload())
  return watched
}
