// The processes of the ingest benchmark: a flood, and two who take it into Kafka, each a process of its own.

import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { writeConfig } from '@podpipe/demo/config-file.ts'
import { type ServiceProcess, startPodpipe } from '@podpipe/demo/service-process.ts'
import { applyTopics } from '@podpipe/runtime/kafka/administration/topics.ts'
import { connectKafka } from '@podpipe/runtime/kafka/client.ts'
import type { InternalCluster } from '@podpipe/runtime/kafka/connection/internals.ts'
import type { Log } from '@podpipe/runtime/log.ts'
import { knownServices } from '@podpipe/schemas/service.ts'
import { listTopics, topicsOf } from '@podpipe/schemas/topics.ts'
import { createCertificates } from '@podpipe/simulators/certificates.ts'
import { type Child, startChild } from '../child.ts'

/** Who takes the flood into Kafka. */
export interface Taker {
  readonly name: string
  /** How the address begins that it asks for. */
  readonly path: string
  readonly topic: string
  readonly partitions: number
  pid(): number
}

export interface FloodOfIngest {
  readonly flood: Child
  readonly ours: Taker & { restart(): Promise<void> }
  readonly bare: Taker
  /** Sees where the topics end. */
  readonly cluster: InternalCluster
  readonly eventBytes: number
}

const partitions = 6
const ourKafka = { prefix: 'bench', partitions, services: knownServices }
const bareKafka = { prefix: 'bare', partitions, services: knownServices }

export async function startFloodOfIngest(
  options: { directory: string; brokers: readonly string[]; signal: AbortSignal; log: Log },
  stack: AsyncDisposableStack,
): Promise<FloodOfIngest> {
  const { directory, brokers, signal, log } = options
  const certificates = await createCertificates(join(directory, 'certs'))
  const trust = certificates.chainFile
  const topics = topicsOf(ourKafka)
  const bareTopic = topicsOf(bareKafka).raw('message')
  const client = await connectKafka({ brokers, clientId: 'podpipe-bench', log })
  stack.defer(client.close)
  await applyTopics(client, [...listTopics(topics), bareTopic])
  const cluster = client.createCluster()
  await cluster.connect()
  stack.defer(() => cluster.disconnect())
  await cluster.addMultipleTargetTopics([topics.raw('message').name, bareTopic.name])

  const flood = await startChild('ingest/flood.ts', {}, {}, stack)
  const { port, bytes } = flood.facts as { port: number; bytes: number }
  const url = `ws://localhost:${port}`
  const barePath = '/bare'
  const bare = await startChild(
    'ingest/bare-sender.ts',
    { brokers, topic: bareTopic.name, address: `${url}${barePath}` },
    {},
    stack,
  )

  const { domain } = certificates
  const endpoints = { proofpointUrl: url, cluster: 'bench_hosted', apiKey: 'none', devoPort: 1, domain }
  const configFile = await writeConfig(directory, endpoints, { brokers, ...ourKafka })
  const logFile = join(directory, 'ingest.log')
  const start = (): ServiceProcess =>
    startPodpipe('ingest', ['run', 'ingest', '--config', configFile], { logFile, trust })
  let running = start()
  stack.defer(async () => void (running.running && (await running.stop())))
  signal.throwIfAborted()
  return {
    flood,
    cluster,
    eventBytes: bytes,
    bare: { name: 'ws + kafkajs', path: barePath, topic: bareTopic.name, partitions, pid: () => bare.pid },
    ours: {
      name: 'ingest',
      path: '/v1/stream?cid=bench_hosted&type=message',
      topic: topics.raw('message').name,
      partitions,
      pid: () => running.pid,
      async restart() {
        await running.stop()
        // The end of the session before has to be seen by the flood.
        await sleep(100)
        running = start()
      },
    },
  }
}
