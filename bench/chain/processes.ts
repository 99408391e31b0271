// The processes of a measured chain: both simulators and the three services, each one its own, on a broker
// from outside. Unlike the demo's chain nothing runs in the process that measures.

import { join } from 'node:path'
import { type Ports, writeConfig } from '@podpipe/demo/config-file.ts'
import { type ServiceProcess, startPodpipe } from '@podpipe/demo/service-process.ts'
import { applyTopics } from '@podpipe/runtime/kafka/administration/topics.ts'
import { connectKafka } from '@podpipe/runtime/kafka/client.ts'
import type { Log } from '@podpipe/runtime/log.ts'
import type { StageName } from '@podpipe/runtime/service.ts'
import { listTopics, topicsOf } from '@podpipe/schemas/topics.ts'
import { createCertificates } from '@podpipe/simulators/certificates.ts'
import type { DevoStats } from '@podpipe/simulators/devo/devo.ts'
import type { ProofpointStats } from '@podpipe/simulators/proofpoint/proofpoint.ts'
import { type SimulatorProcess, startSimulator } from './simulator-process.ts'

export interface Processes {
  readonly proofpoint: SimulatorProcess<ProofpointStats>
  readonly devo: SimulatorProcess<DevoStats>
  readonly services: Readonly<Record<StageName, ServiceProcess>>
  readonly configFile: string
  /** File of the authority behind the simulators' certificates. */
  readonly trust: string
  /** @throws Error with its last words when one of them has ended */
  requireAll(): void
  /** Stops the services in the order of the flow. */
  stopServices(): Promise<void>
}

const cluster = 'simulated_hosted'
const apiKey = 'simulated-token'

/**
 * Starts everything. Proofpoint's simulator has `events` to send, all of them different, and holds them back
 * until it is told to resume.
 * @param stack takes what is to be stopped, also when the start fails halfway
 */
export async function startProcesses(
  options: {
    directory: string
    brokers: readonly string[]
    kafka: Parameters<typeof topicsOf>[0]
    events: number
    /** Frames a second for each session; as fast as ingest reads if left out. */
    rate?: number
    /** Where the services answer; any free ports if left out. */
    ports?: Ports
    signal: AbortSignal
    log: Log
  },
  stack: AsyncDisposableStack,
): Promise<Processes> {
  const { directory, brokers, kafka, events, rate = 0, ports, signal, log } = options
  const certificates = await createCertificates(join(directory, 'certs'))
  const trust = certificates.chainFile
  const all: ServiceProcess[] = []
  const onStart = (started: ServiceProcess): void => {
    all.push(started)
    stack.defer(async () => void (started.running && (await started.stop())))
  }

  const certs = ['--certs', join(directory, 'certs'), '--domain', certificates.domain]
  const logFile = (name: string): string => join(directory, `${name}.log`)
  const simulator = <Stats>(name: string, args: readonly string[]) =>
    startSimulator<Stats>(name, [...args, ...certs], { logFile: logFile(name), trust, signal, onStart })
  const [proofpoint, devo] = await Promise.all([
    simulator<ProofpointStats>('proofpoint', [
      '--cid',
      cluster,
      '--token',
      apiKey,
      '--events',
      `${events}`,
      '--rate',
      `${rate}`,
    ]),
    simulator<DevoStats>('devo', []),
  ])
  await proofpoint.command('/pause')

  const endpoints = {
    proofpointUrl: String(proofpoint.facts.url),
    cluster,
    apiKey,
    devoPort: Number(devo.facts.port),
    domain: certificates.domain,
  }
  const configFile = await writeConfig(directory, endpoints, { brokers, ...kafka }, '', ports)
  await makeTopics(brokers, kafka, log)
  signal.throwIfAborted()

  const service = (name: StageName): ServiceProcess => {
    const args = ['run', name, '--config', configFile]
    const started = startPodpipe(name, args, { logFile: logFile(name), trust })
    onStart(started)
    return started
  }
  const services = { dedup: service('dedup'), forwarder: service('forwarder'), ingest: service('ingest') }
  return {
    proofpoint,
    devo,
    services,
    configFile,
    trust,
    requireAll() {
      const ended = all.find(({ running }) => !running)
      if (ended !== undefined) throw new Error(`${ended.name} has ended in mid-flow:\n${ended.tail(8)}`)
    },
    async stopServices() {
      for (const name of ['ingest', 'dedup', 'forwarder'] as const) await services[name].stop()
    },
  }
}

async function makeTopics(
  brokers: readonly string[],
  kafka: Parameters<typeof topicsOf>[0],
  log: Log,
): Promise<void> {
  const client = await connectKafka({ brokers, clientId: 'podpipe-topics', log })
  try {
    await applyTopics(client, listTopics(topicsOf(kafka)))
  } finally {
    await client.close()
  }
}
