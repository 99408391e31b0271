// The whole chain in steady flow: events a second, processor time an event, memory at rest and under load.

import { setTimeout as sleep } from 'node:timers/promises'
import { sentenceOf } from '@podpipe/demo/accounting.ts'
import { openTopics } from '@podpipe/demo/topic-counts.ts'
import type { EmbeddedBroker } from '@podpipe/runtime/broker/embedded.ts'
import { knownServices } from '@podpipe/schemas/service.ts'
import type { Bench, Benchmark, Result } from '../benchmark.ts'
import { startBroker } from '../broker.ts'
import { sessionsOpen, untilDelivered } from './flow.ts'
import { type Processes, startProcesses } from './processes.ts'
import { faultsOf, settle } from './settle.ts'
import { cpuFigures, cpuOf, memoryFigures, memoryOf, type Pids } from './usage.ts'

const kafka = { prefix: 'bench', partitions: 6, services: knownServices }
/** Long enough for the garbage of the start to be gone, milliseconds. */
const restTime = 5_000
const restingMegabytes = 150

export const chain: Benchmark = {
  name: 'chain',
  summary: 'events a second from socket to sink, CPU an event, memory at rest and under load',
  run,
}

async function run({ directory, events, signal, log, say }: Bench): Promise<Result> {
  await using stack = new AsyncDisposableStack()
  say('Starting Kafka, both simulators and the services ...')
  const broker = await startBroker({ directory, log, signal }, stack)
  const { brokers } = broker
  const processes = await startProcesses({ directory, brokers, kafka, events, signal, log }, stack)
  const services = pidsOfServices(processes)
  const measured: Pids = new Map([...services, ['Kafka', requirePid(broker)]])
  const others: Pids = new Map([
    ["Proofpoint's simulator", processes.proofpoint.process.pid],
    ["Devo's simulator", processes.devo.process.pid],
  ])

  await sessionsOpen(processes, signal)
  say(`At rest for ${restTime / 1000} s ...`)
  await sleep(restTime, undefined, { signal })
  const atRest = memoryOf(measured, 'resident')
  const everyone: Pids = new Map([...measured, ...others])
  const cpuBefore = cpuOf(everyone)

  // The flow begins with the first frame, which Proofpoint sends within a millisecond of being told. Both
  // ends of the time are on the clock of this process; the end is seen up to one look (50 ms) late.
  const begun = performance.now()
  await processes.proofpoint.command('/resume')
  const isComplete = await untilDelivered(processes, signal, delivered =>
    say(`  ${delivered.toLocaleString('en-US')} of ${events.toLocaleString('en-US')} delivered`),
  )
  const seconds = (performance.now() - begun) / 1000
  const cpuAfter = cpuOf(everyone)
  const underLoad = memoryOf(measured, 'peak')

  await processes.stopServices()
  const accounting = await count(brokers, processes)
  say(sentenceOf(accounting))
  const { received, unique, duplicate, rejected, delivered } = accounting
  const handled = {
    ingest: { events: received, of: 'a frame received' },
    dedup: { events: unique + duplicate + rejected, of: 'a frame decided' },
    forwarder: { events: delivered, of: 'an event delivered' },
  }
  return {
    measurements: [
      {
        what: 'whole chain, first frame received to last event delivered',
        unit: 'events/s',
        ours: delivered / seconds,
        aim: { bound: 'at least', value: 3_000 },
      },
      ...cpuFigures(cpuBefore, cpuAfter, handled, { events: received, of: 'an event' }),
      ...memoryFigures(atRest, 'at rest', { names: services, megabytes: restingMegabytes }),
      ...memoryFigures(underLoad, 'under load, at most'),
    ],
    faults: faultsOf(accounting, isComplete),
  }
}

function pidsOfServices({ services }: Processes): Pids {
  return new Map((['ingest', 'dedup', 'forwarder'] as const).map(name => [name, services[name].pid]))
}

function requirePid({ pid }: EmbeddedBroker): number {
  if (pid === undefined) throw new Error('The embedded Kafka broker ended before anything was measured.')
  return pid
}

async function count(brokers: readonly string[], { proofpoint, devo }: Processes) {
  const topics = await openTopics(brokers, kafka)
  try {
    return settle(await topics.counts(), await proofpoint.list('/ledger'), await devo.list('/hashes'))
  } finally {
    await topics.close()
  }
}
