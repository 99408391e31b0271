// The whole chain on one machine: both simulators in this process, the three services as processes of their
// own, Kafka from outside. The demo runs it once; the tests run it and break things.

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePorts } from '@podpipe/runtime/broker/ports.ts'
import { applyTopics } from '@podpipe/runtime/kafka/administration/topics.ts'
import { connectKafka } from '@podpipe/runtime/kafka/client.ts'
import { createLog } from '@podpipe/runtime/log.ts'
import type { ServiceName } from '@podpipe/runtime/service.ts'
import { knownServices } from '@podpipe/schemas/service.ts'
import { listTopics, topicsOf } from '@podpipe/schemas/topics.ts'
import type { Authority } from '@podpipe/simulators/authority.ts'
import { type Certificates, createCertificates } from '@podpipe/simulators/certificates.ts'
import { type Devo, type DevoOptions, startDevo } from '@podpipe/simulators/devo/devo.ts'
import {
  type Proofpoint,
  type ProofpointOptions,
  startProofpoint,
} from '@podpipe/simulators/proofpoint/proofpoint.ts'
import { type Accounting, account } from './accounting.ts'
import { type Ports, writeConfig } from './config-file.ts'
import { type ServiceProcess, startPodpipe } from './service-process.ts'
import { openTopics } from './topic-counts.ts'

export interface ChainOptions {
  /** An empty folder of the chain's own. */
  readonly directory: string
  readonly brokers: readonly string[]
  /** Where the services are told that the brokers are, if they are to come to them by another way. */
  readonly through?: readonly string[]
  readonly prefix: string
  readonly partitions?: number
  readonly proofpoint?: Partial<ProofpointOptions>
  readonly devo?: Partial<DevoOptions>
  /** Who signs the certificates of the chain; default a new authority, which is forgotten. */
  readonly authority?: Authority
  /** Further kinds of event by name, with what is to stand under each: `type: other, id_field: qid`. */
  readonly moreServices?: Readonly<Record<string, string>>
  /** More keys of the output devo_1, and more outputs, as YAML below `outputs:`. */
  readonly moreOutputs?: string
  /** More configuration, as YAML. */
  readonly config?: string
  /** Whether a console is to watch the services, which then have ports that stay; or the path below which it is to be served. */
  readonly console?: boolean | string
  /** More keys of the console, by the address at which it will be served. */
  readonly moreConsole?: (url: string) => Readonly<Record<string, unknown>>
}

export interface Chain {
  readonly proofpoint: Proofpoint
  readonly devo: Devo
  readonly configFile: string
  readonly certificates: Certificates
  /** The page of the console; undefined where the chain was not to have one. */
  readonly consoleUrl: string | undefined
  /** File of the authority behind the simulators' certificates. */
  readonly trust: string
  /** @param env besides the environment of this process */
  start(service: ServiceName, env?: NodeJS.ProcessEnv): ServiceProcess
  process(service: ServiceName): ServiceProcess
  /**
   * Waits until every event that was offered has arrived; false when nothing moved for `patience` milliseconds.
   * @throws the signal's reason once it fires
   */
  settled(options?: { patience?: number; signal?: AbortSignal }): Promise<boolean>
  topics(): ReturnType<typeof openTopics>
  /** @param others what has sent to it besides its own Proofpoint */
  accounting(others?: readonly Proofpoint[]): Promise<Accounting>
  /** Stops what runs of the services, in the order of the flow. */
  stopServices(): Promise<void>
  close(): Promise<void>
}

const apiKey = 'simulated-token'
const cluster = 'simulated_hosted'

/** Starts both simulators and makes the topics; the services are the caller's to start. */
export async function createChain(options: ChainOptions): Promise<Chain> {
  const {
    directory,
    brokers,
    through = brokers,
    prefix,
    partitions = 6,
    moreServices = {},
    moreOutputs = '',
  } = options
  const table = { prefix, partitions, services: [...knownServices, ...Object.keys(moreServices)] }
  await mkdir(directory, { recursive: true })
  const certificates = await createCertificates(
    join(directory, 'certs'),
    options.authority === undefined ? {} : { authority: options.authority },
  )
  const proofpoint = await startProofpoint({ certificates, cluster, tokens: [apiKey], ...options.proofpoint })
  const devo = await startDevo({ certificates, ...options.devo })
  const basePath = typeof options.console === 'string' ? options.console : '/'
  const ports = options.console ? { ...(await portsThatStay()), basePath } : undefined
  const configFile = await writeConfig(
    directory,
    {
      proofpointUrl: proofpoint.url,
      cluster,
      apiKey,
      devoPort: devo.port,
      domain: certificates.domain,
      moreServices,
      moreOutputs,
    },
    { brokers: through, prefix, partitions },
    options.config,
    ports && { ...ports, more: moreOf(options.moreConsole?.(urlOf(ports)) ?? {}) },
  )
  await makeTopics(brokers, table)
  const running = new Map<ServiceName, ServiceProcess>()
  const trust = certificates.chainFile

  const processOf = (service: ServiceName): ServiceProcess => {
    const found = running.get(service)
    if (found === undefined) throw new Error(`${service} was never started`)
    return found
  }
  const stopServices = async (): Promise<void> => {
    for (const service of ['ingest', 'dedup', 'forwarder', 'console'] as const) {
      const found = running.get(service)
      if (found?.running) await found.stop()
    }
  }

  return {
    proofpoint,
    devo,
    configFile,
    certificates,
    consoleUrl: ports && urlOf(ports),
    trust,
    start(service, env = {}) {
      const logFile = join(directory, `${service}.log`)
      const started = startPodpipe(service, ['run', service, '--config', configFile], { logFile, trust, env })
      running.set(service, started)
      return started
    },
    process: processOf,
    settled: ({ patience = 120_000, signal } = {}) => settled(proofpoint, devo, patience, signal),
    topics: () => openTopics(brokers, table),
    async accounting(others = []) {
      const topics = await openTopics(brokers, table)
      const ledgers = [proofpoint, ...others].map(({ ledger }) => ledger)
      try {
        return account(
          await topics.counts(),
          {
            frames: ledgers.reduce((sum, ledger) => sum + ledger.counts().sent, 0),
            contents: ledgers.flatMap(ledger =>
              [...ledger.entries()].map(([hash, { kind }]): [string, boolean] => [hash, kind !== 'junk']),
            ),
          },
          [...devo.hashes()].map(([hash, { copies }]) => [hash, copies]),
        )
      } finally {
        await topics.close()
      }
    },
    stopServices,
    async close() {
      await stopServices()
      await proofpoint.close()
      await devo.close()
    },
  }
}

const urlOf = ({ page, basePath }: Ports): string => `http://127.0.0.1:${page}${basePath}`

// YAML takes JSON as it is.
const moreOf = (keys: Readonly<Record<string, unknown>>): string =>
  Object.entries(keys)
    .map(([key, value]) => `, ${key}: ${JSON.stringify(value)}`)
    .join('')

async function portsThatStay(): Promise<Ports> {
  const [ingest = 0, dedup = 0, forwarder = 0, own = 0, page = 0] = await freePorts(5)
  return { ingest, dedup, forwarder, console: own, page }
}

async function makeTopics(brokers: readonly string[], table: Parameters<typeof topicsOf>[0]): Promise<void> {
  const client = await connectKafka({
    brokers,
    clientId: 'podpipe-topics',
    log: createLog('topics', 'silent'),
  })
  try {
    await applyTopics(client, listTopics(topicsOf(table)))
  } finally {
    await client.close()
  }
}

const pollInterval = 50

async function settled(
  proofpoint: Proofpoint,
  devo: Devo,
  patience: number,
  signal?: AbortSignal,
): Promise<boolean> {
  let allSent = false
  void proofpoint.finished.then(() => {
    allSent = true
  })
  let before = -1
  let movedAt = performance.now()
  for (;;) {
    await sleep(pollInterval)
    signal?.throwIfAborted()
    const { distinct, frames } = devo.stats()
    if (allSent && distinct >= proofpoint.ledger.counts().events) return true
    const now = frames + proofpoint.ledger.counts().sent
    if (now !== before) movedAt = performance.now()
    before = now
    if (performance.now() - movedAt > patience) return false
  }
}
