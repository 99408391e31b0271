// ingest as a process of its own with a clock that the test moves: the real streams, on the real Kafka, against
// the simulator. Run by ingest-child.ts; it is killed like any other process.

import { setTimeout as sleep } from 'node:timers/promises'
import { createDiary } from '@podpipe/ingest/diary/diary.ts'
import { runStream } from '@podpipe/ingest/stream.ts'
import { notBegun } from '@podpipe/ingest/troubles.ts'
import type { Clock } from '@podpipe/runtime/clock.ts'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { connectKafka } from '@podpipe/runtime/kafka/client.ts'
import { createFetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { createProducer, type PlainProducer } from '@podpipe/runtime/kafka/write/producer.ts'
import { createLog } from '@podpipe/runtime/log.ts'
import { createMetrics } from '@podpipe/runtime/metrics/metrics.ts'
import { createReadiness } from '@podpipe/runtime/readiness.ts'
import { listenForStop } from '@podpipe/runtime/stop.ts'
import { kindOf, type Service } from '@podpipe/schemas/service.ts'
import { topicsOf } from '@podpipe/schemas/topics.ts'

export interface IngestOptions {
  readonly brokers: readonly string[]
  readonly prefix: string
  readonly partitions: number
  readonly url: string
  readonly cluster: string
  readonly apiKey: string
  readonly backfillApiKey?: string
  readonly service: Service
  readonly startTime?: string
  readonly reconcile?: boolean
  /** Raw records bear the moved clock; for a raw topic that keeps the times of its producer. */
  readonly stampsRecords?: boolean
  /** Time of the moved clock, in milliseconds since 1970; it stands still until the test moves it. */
  readonly now: number
}

const options: IngestOptions = JSON.parse(process.env.INGEST_OPTIONS ?? '{}')
let now = options.now
process.on('message', (moved: { now: number }) => {
  now = moved.now
})
const look = 5
const clock: Clock = {
  now: () => now,
  async at(time, signal) {
    while (now < time && !signal.aborted) {
      await sleep(look, undefined, { signal }).catch(() => undefined)
    }
  },
}

const log = createLog('ingest', 'info')
const stop = listenForStop(20_000, log)
const client = await connectKafka({ brokers: options.brokers, clientId: 'ingest', log })
const fetcher = await createFetcher(client)
const plain = await createProducer(client)
const producer: PlainProducer = {
  ...plain,
  send: records =>
    plain.send(options.stampsRecords ? records.map(record => ({ ...record, timestamp: now })) : records),
  sendSets: (topic, sets) => plain.sendSets(topic, sets, options.stampsRecords ? now : undefined),
}
const topics = topicsOf({ ...options, services: [options.service] })
const settings = {
  ca: undefined,
  proxy: undefined,
  ...kindOf(options.service),
  service: options.service,
  requestPeriodMs: 100,
  startTime: options.startTime,
  startAt: options.startTime === undefined ? undefined : Date.parse(options.startTime),
  tag: 'mail.proofpoint.pod.message',
  url: `${options.url}/v1/stream`,
}
const ingest = {
  maxInFlightBytes: 64 * 1024 * 1024,
  pauseLimitMs: 20_000,
  pingIntervalMs: 200,
  reconcile: options.reconcile ?? false,
}
await runStream(
  {
    input: {
      name: 'test',
      id: '1',
      enabled: true,
      cluster: options.cluster,
      apiKey: options.apiKey,
      backfillApiKey: options.backfillApiKey,
      environment: undefined,
      services: [settings],
    },
    service: settings,
    keys: { live: () => options.apiKey, archive: () => options.backfillApiKey ?? options.apiKey },
  },
  {
    // A stream asks nothing else of the configuration.
    config: { ingest } as PodpipeConfig,
    live: { current: { ingest } as PodpipeConfig, onChange: () => undefined },
    topics,
    log,
    stop,
    client,
    fetcher,
    metrics: createMetrics(),
    readiness: createReadiness('kafka', notBegun),
    clock,
  },
  producer,
  stop.signal,
  // Turns are short against the steps in which the test moves the clock.
  { liveTurn: 60_000, archiveTurn: 40 * 60_000 },
  createDiary(options.service, 'test', { note: () => undefined }, clock),
)
await producer.close()
await fetcher.close()
await client.close()
