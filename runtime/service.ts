// What every service has in common: log, stop, Kafka, health and metrics, opened in order around its work
// and closed in reverse.

import { setTimeout as sleep } from 'node:timers/promises'
import { listTopics, type Topics } from '@podpipe/schemas/topics.ts'
import { watchDisk } from './broker/watch-disk.ts'
import { type Clock, systemClock } from './clock.ts'
import { joinCollectors } from './collectors/join.ts'
import type { PodpipeConfig } from './config/config.ts'
import { topicsOfConfig } from './config/topics-of.ts'
import type { LiveConfig, WatchedConfig } from './config/watched-config.ts'
import { ConfigurationError, reasonOf } from './errors.ts'
import { serveHttp } from './http.ts'
import { checkTopics } from './kafka/administration/topics.ts'
import { connectKafka, type KafkaClient } from './kafka/client.ts'
import { createFetcher, type Fetcher } from './kafka/read/fetcher.ts'
import { forbidden, refusalIn } from './kafka/refusal.ts'
import { watchKafka } from './kafka/watch.ts'
import { type WhyNot, whyNot } from './kafka/why-not.ts'
import type { Log } from './log.ts'
import { createMetrics, type Metrics } from './metrics/metrics.ts'
import { createReadiness, type Readiness, type Trouble } from './readiness.ts'
import type { Stop } from './stop.ts'
import { tellTrouble } from './told-trouble.ts'
import { version } from './version.ts'

/** What events pass through, in this order. */
export type StageName = 'ingest' | 'dedup' | 'forwarder'

export type ServiceName = StageName | 'console'

/** What a service works with. */
export interface Context {
  /** As it was at the start. */
  readonly config: PodpipeConfig
  /** As it is now, for all that needs no restart; changes.ts says what that is. */
  readonly live: LiveConfig
  readonly topics: Topics
  readonly log: Log
  readonly stop: Stop
  readonly client: KafkaClient
  readonly fetcher: Fetcher
  readonly metrics: Metrics
  readonly readiness: Readiness
  readonly clock: Clock
}

const pauseForRights = 2_000

const noKafka = ({ cause, action }: WhyNot): Trouble => ({
  symptom: 'Kafka does not answer',
  impact: 'Nothing flows. Proofpoint keeps an hour of events for ingest; what Kafka has is safe.',
  cause,
  action,
})

const stopping: Trouble = {
  symptom: 'stopping',
  impact: 'Nothing new is begun; another process of the same service takes over.',
  cause: 'it was told to stop, and finishes what is on its way',
  action: 'Nothing; it ends within stop_budget.',
}

/** What there is of it before Kafka has answered. */
export type Early = Pick<Context, 'config' | 'live' | 'log' | 'stop' | 'metrics' | 'readiness'>

/** A service: works until `context.stop.signal` fires and what is on its way is done. */
export type Service = (context: Context) => Promise<void>

/** A service that has something to do also while Kafka does not answer, from before its work until after it. */
export interface EarlyService {
  /** @throws ConfigurationError when a person has to act first */
  open(early: Early): Promise<{ close(): Promise<void> }>
  readonly work: Service
}

/**
 * Runs a service in this process until it is told to stop.
 * @param options.httpPort overrides the configured port; 0 for any free one
 * @throws ConfigurationError when a person has to act first; anything else is a failure of the run
 */
export async function runService(options: {
  name: ServiceName
  config: PodpipeConfig
  watched: WatchedConfig
  work: Service | EarlyService
  log: Log
  stop: Stop
  httpPort?: number | undefined
  /** Where the embedded broker of this machine keeps its data; undefined for a cluster. */
  brokerDirectory?: string | undefined
  /** Tells somebody else what becomes of the service, until it is closed. */
  report?: ((readiness: Readiness) => { close(): Promise<void> }) | undefined
}): Promise<void> {
  const {
    name,
    config,
    watched,
    work,
    log,
    stop,
    httpPort = config.http.ports[name],
    brokerDirectory,
  } = options
  const metrics = createMetrics()
  metrics.build.set({ version, runs: name }, 1)
  const readiness = createReadiness(
    'kafka',
    noKafka(whyNot(new Error('no broker has answered yet'), undefined, false)),
  )
  readiness.describe('configuration', () => watched.status())
  const http = await serveHttp({ service: name, bind: config.http.bind, port: httpPort, metrics, readiness })
  stop.signal.addEventListener('abort', () => readiness.set('stop', stopping), { once: true })
  let working = false
  const looking = new AbortController()
  const reporter = options.report?.(readiness)
  let opened: { close(): Promise<void> } | undefined
  if (brokerDirectory !== undefined)
    void watchDisk(
      brokerDirectory,
      { metrics, readiness },
      tellTrouble('disk', { readiness, log }),
      looking.signal,
    )
  try {
    log.info(
      { http: `${config.http.bind}:${http.port}`, brokers: config.kafka.brokers },
      `${name} is starting`,
    )
    if ('open' in work) opened = await work.open({ config, live: watched, log, stop, metrics, readiness })
    const client = await connectKafka({
      brokers: config.kafka.brokers,
      security: config.kafka.security,
      clientId: `podpipe-${name}`,
      log,
      signal: stop.signal,
      onAway: why => readiness.set('kafka', noKafka(why)),
    })
    const topics = topicsOfConfig(config)
    try {
      const tellKafka = tellTrouble('kafka', { readiness, log })
      await untilAllowed(
        () => requireTopics(client, topics),
        error => tellKafka(error === undefined ? undefined : troubleOf(error, config)),
        stop.signal,
      )
      const fetcher = await createFetcher(client)
      readiness.set('kafka', undefined)
      working = true
      const watching = new AbortController()
      // Each broker leads some of them, so that the absence of any one is noticed.
      const everyone = Array.from({ length: topics.positions.partitions }, (_, partition) => ({
        topic: topics.positions.name,
        partition,
      }))
      const watchedKafka = watchKafka(
        () => fetcher.edges(everyone, 'high'),
        error => tellKafka(error === undefined ? undefined : troubleOf(error, config)),
        watching.signal,
      )
      let collectors: { done: Promise<void> } | undefined
      try {
        collectors = await joinCollectors({
          ...{ name, client, fetcher, topic: topics.collectors },
          ...{ config, watched, readiness, log, signal: watching.signal },
        })
        await ('open' in work ? work.work : work)({
          config,
          live: watched,
          topics,
          log,
          stop,
          client,
          fetcher,
          metrics,
          readiness,
          clock: systemClock,
        })
      } finally {
        watching.abort()
        await collectors?.done
        await watchedKafka
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
    looking.abort()
    await opened?.close()
    await reporter?.close()
    await http.close()
  }
}

const troubleOf = (error: unknown, { kafka }: PodpipeConfig): Trouble => {
  const refusal = refusalIn(error)
  return refusal === undefined ? noKafka(whyNot(error, kafka.security, true)) : forbidden(refusal)
}

/** Waits for rights that are missing, aloud: ended, the service would only be started again for them. */
async function untilAllowed(
  work: () => Promise<void>,
  tell: (error: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    try {
      await work()
      return tell(undefined)
    } catch (error) {
      if (signal.aborted || refusalIn(error) === undefined) throw error
      tell(error)
      await sleep(pauseForRights, undefined, { signal }).catch(() => undefined)
    }
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
