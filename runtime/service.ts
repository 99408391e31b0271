// What every service has in common: log, stop, Kafka, health and metrics, opened in order around its work
// and closed in reverse.

import { listTopics, type Topics } from '@podpipe/schemas/topics.ts'
import { type Clock, systemClock } from './clock.ts'
import type { PodpipeConfig } from './config/config.ts'
import { topicsOfConfig } from './config/topics-of.ts'
import { ConfigurationError, reasonOf } from './errors.ts'
import { serveHttp } from './http.ts'
import { connectKafka, type KafkaClient } from './kafka/client.ts'
import { createFetcher, type Fetcher } from './kafka/fetcher.ts'
import { checkTopics } from './kafka/topics.ts'
import type { Log } from './log.ts'
import { createMetrics, type Metrics } from './metrics/metrics.ts'
import { createReadiness, type Readiness } from './readiness.ts'
import type { Stop } from './stop.ts'
import { version } from './version.ts'

export type ServiceName = 'ingest' | 'dedup' | 'forwarder'

/** What a service works with. */
export interface Context {
  readonly config: PodpipeConfig
  readonly topics: Topics
  readonly log: Log
  readonly stop: Stop
  readonly client: KafkaClient
  readonly fetcher: Fetcher
  readonly metrics: Metrics
  readonly readiness: Readiness
  readonly clock: Clock
}

/** A service: works until `context.stop.signal` fires and what is on its way is done. */
export type Service = (context: Context) => Promise<void>

/**
 * Runs a service in this process until it is told to stop.
 * @param options.httpPort overrides the configured port; 0 for any free one
 * @throws ConfigurationError when a person has to act first; anything else is a failure of the run
 */
export async function runService(options: {
  name: ServiceName
  config: PodpipeConfig
  work: Service
  log: Log
  stop: Stop
  httpPort?: number | undefined
}): Promise<void> {
  const { name, config, work, log, stop, httpPort = config.http.ports[name] } = options
  const metrics = createMetrics()
  metrics.build.set({ version, runs: name }, 1)
  const readiness = createReadiness('kafka', 'not connected yet')
  const http = await serveHttp({ bind: config.http.bind, port: httpPort, metrics, readiness })
  let working = false
  try {
    log.info(
      { http: `${config.http.bind}:${http.port}`, brokers: config.kafka.brokers },
      `${name} is starting`,
    )
    const client = await connectKafka({
      brokers: config.kafka.brokers,
      clientId: `podpipe-${name}`,
      log,
      signal: stop.signal,
    })
    const topics = topicsOfConfig(config)
    try {
      await requireTopics(client, topics)
      const fetcher = await createFetcher(client)
      readiness.set('kafka', undefined)
      working = true
      try {
        await work({ config, topics, log, stop, client, fetcher, metrics, readiness, clock: systemClock })
      } finally {
        await fetcher.close()
      }
    } finally {
      await client.close()
    }
    log.info(`${name} has stopped`)
  } catch (error) {
    if (stop.signal.aborted && !working && !(error instanceof ConfigurationError)) {
      log.info({ reason: reasonOf(error) }, `${name} was stopped before it had begun`)
      return
    }
    if (!(error instanceof ConfigurationError)) {
      log.error(
        { reason: reasonOf(error), stack: error instanceof Error ? error.stack : undefined },
        `${name} failed and ends; what it had not finished is read again at the next start`,
      )
    }
    throw error
  } finally {
    await http.close()
  }
}

async function requireTopics(client: KafkaClient, topics: Topics): Promise<void> {
  const found = await checkTopics(client, listTopics(topics))
  const faults = found.flatMap(change => {
    if (change.change === 'create')
      return [`Topic ${change.topic} does not exist; create it with: podpipe topics apply`]
    return change.change === 'refused' ? [`Topic ${change.topic} cannot be used: ${change.why}`] : []
  })
  if (faults.length > 0) {
    throw new ConfigurationError(`${client.brokers.join(', ')}: ${faults.join('.\n')}.`)
  }
}
