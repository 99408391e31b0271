// The console: how soon its first screen is there, how much script that takes, what it costs beside a flow of 2,000 events a second,
// and whether the flow goes as fast with 50 viewers as with none.

import { readdirSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildPage, needsBuild } from '@podpipe/console/build-page.ts'
import { builtPage } from '@podpipe/console/page-files.ts'
import { startPodpipe } from '@podpipe/demo/service-process.ts'
import { freePorts } from '@podpipe/runtime/broker/ports.ts'
import { knownServices } from '@podpipe/schemas/service.ts'
import type { Bench, Benchmark, Result } from '../benchmark.ts'
import { startBroker } from '../broker.ts'
import { sessionsOpen } from '../chain/flow.ts'
import { type Processes, startProcesses } from '../chain/processes.ts'
import type { Measurement } from '../figure.ts'
import { readTimes } from '../proc.ts'
import { median, rangeOf } from '../rounds.ts'
import { firstScreens } from './screen.ts'
import { openViewers } from './viewers.ts'

const steadyRate = 2_000
const steadySeconds = 15
const fewViewers = 5
const manyViewers = 50
/** How long one turn with viewers, or without, takes; and how many of each. */
const turnMs = 5_000
const turns = 3
/** More than any machine sends in all turns. */
const flood = 3_000_000

export const consoleBench: Benchmark = {
  name: 'console',
  summary: 'first screen, size of the script, CPU with 5 viewers at 2,000 events/s, the flow with 50 viewers',
  run,
}

async function run(bench: Bench): Promise<Result> {
  await using stack = new AsyncDisposableStack()
  if (needsBuild()) await buildPage()
  bench.say('Starting Kafka ...')
  const { brokers } = await startBroker(bench, stack)
  const measurements = [...(await steady(bench, brokers)), scriptSize(), await flooded(bench, brokers)]
  return { measurements, faults: [] }
}

/** A chain with a console that watches it; the flow has begun. */
async function watched(
  { directory, signal, log, say }: Bench,
  brokers: readonly string[],
  flow: { readonly prefix: string; readonly events: number; readonly rate: number },
  stack: AsyncDisposableStack,
): Promise<{ processes: Processes; url: string; pid: number }> {
  say(`Starting both simulators, the services and the console for ${flow.prefix} ...`)
  const [ingest = 0, dedup = 0, forwarder = 0, own = 0, page = 0] = await freePorts(5)
  const ports = { ingest, dedup, forwarder, console: own, page }
  const kafka = { prefix: flow.prefix, partitions: 6, services: knownServices }
  const folder = `${directory}/${flow.prefix}`
  const { events, rate } = flow
  const processes = await startProcesses(
    { directory: folder, brokers, kafka, events, rate, ports, signal, log },
    stack,
  )
  const started = startPodpipe('console', ['run', 'console', '--config', processes.configFile], {
    logFile: `${folder}/console.log`,
    trust: processes.trust,
  })
  stack.defer(async () => void (await started.stop()))
  const url = `http://127.0.0.1:${page}/`
  await Promise.all([sessionsOpen(processes, signal), served(url, signal)])
  await processes.proofpoint.command('/resume')
  return { processes, url, pid: started.pid }
}

async function served(url: string, signal: AbortSignal): Promise<void> {
  while (
    !(await fetch(url)
      .then(({ ok }) => ok)
      .catch(() => false))
  )
    await sleep(100, undefined, { signal })
}

async function steady(bench: Bench, brokers: readonly string[]): Promise<Measurement[]> {
  await using stack = new AsyncDisposableStack()
  const { signal, say } = bench
  const rate = Math.round(steadyRate / knownServices.length)
  const events = steadyRate * 120
  const { processes, url, pid } = await watched(bench, brokers, { prefix: 'steady', events, rate }, stack)
  const viewers = await openViewers(url, fewViewers, signal)
  // Compiling and the first looks are over by then.
  await sleep(5_000, undefined, { signal })
  const [begun, before, sent] = [
    performance.now(),
    readTimes(pid).cpu,
    (await processes.devo.stats()).distinct,
  ]
  await sleep(steadySeconds * 1_000, undefined, { signal })
  const seconds = (performance.now() - begun) / 1_000
  const used = readTimes(pid).cpu - before
  const delivered = ((await processes.devo.stats()).distinct - sent) / seconds
  const pictures = viewers.close()
  say(`  ${Math.round(delivered).toLocaleString('en-US')} events/s were delivered, ${pictures} pictures seen`)
  const screens = await firstScreens(url, say)
  return [
    {
      what: `CPU of the console with ${fewViewers} viewers at ${steadyRate} events/s`,
      unit: '% of a core',
      ours: (used / seconds) * 100,
      aim: { bound: 'at most', value: 3 },
    },
    ...(screens.length === 0
      ? []
      : [
          {
            what: 'first screen in Chromium, from the address to the flow',
            unit: 'ms',
            ours: median(screens),
            range: rangeOf(screens),
            aim: { bound: 'at most' as const, value: 1_000 },
          },
        ]),
  ]
}

/** As it goes over the wire. */
function scriptSize(): Measurement {
  const files = readdirSync(`${builtPage}/assets`).filter(file => file.endsWith('.js.br'))
  const bytes = files.reduce((sum, file) => sum + statSync(`${builtPage}/assets/${file}`).size, 0)
  return {
    what: 'script of the page, compressed',
    unit: 'KB',
    ours: bytes / 1_000,
    aim: { bound: 'at most', value: 150 },
  }
}

/** In turn without and with viewers, so that what the machine does besides falls on both. */
async function flooded(bench: Bench, brokers: readonly string[]): Promise<Measurement> {
  await using stack = new AsyncDisposableStack()
  const { signal, say } = bench
  const { processes, url } = await watched(bench, brokers, { prefix: 'flood', events: flood, rate: 0 }, stack)
  await sleep(turnMs, undefined, { signal })
  const [without, beside]: [number[], number[]] = [[], []]
  for (let turn = 0; turn < turns; turn++) {
    without.push(await deliveredIn(processes, turnMs, signal))
    const viewers = await openViewers(url, manyViewers, signal)
    beside.push(await deliveredIn(processes, turnMs, signal))
    viewers.close()
    say(
      `  without ${Math.round(without.at(-1) ?? 0)} events/s, with ${manyViewers} viewers ${Math.round(beside.at(-1) ?? 0)}`,
    )
  }
  return {
    what: `the chain at its fastest with ${manyViewers} viewers`,
    unit: 'events/s',
    ours: median(beside),
    range: rangeOf(beside),
    peer: { name: 'no viewer', value: median(without), range: rangeOf(without) },
    aim: { bound: 'at least', value: 0.95, of: 'ratio' },
  }
}

async function deliveredIn({ devo }: Processes, ms: number, signal: AbortSignal): Promise<number> {
  const [begun, before] = [performance.now(), (await devo.stats()).distinct]
  await sleep(ms, undefined, { signal })
  return (((await devo.stats()).distinct - before) * 1_000) / (performance.now() - begun)
}
