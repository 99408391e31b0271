// The command line as a person waits for it: how long it takes to begin, to answer beside a warm chain, and to pour a topic
// into a pipe; and what a scrape of the metrics costs. Process starts are in all times but that of the scrape.

import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { knownServices } from '@podpipe/schemas/service.ts'
import type { Bench, Benchmark, Result } from '../benchmark.ts'
import { startBroker } from '../broker.ts'
import type { Measurement } from '../figure.ts'
import { median, rangeOf } from '../rounds.ts'
import { sessionsOpen, untilDelivered } from './flow.ts'
import { type Processes, startProcesses } from './processes.ts'

// Three kinds of event in six partitions each: eighteen.
const kafka = { prefix: 'bench', partitions: 6, services: knownServices }
const podpipe = fileURLToPath(new URL('../../cli/podpipe.js', import.meta.url))
const rounds = 7
const scrapes = 50

export const cli: Benchmark = {
  name: 'cli',
  summary: 'start of the command line, status, lag and tap beside a warm chain, a scrape at 18 partitions',
  events: 40_000,
  run,
}

async function run({ directory, events, signal, log, say }: Bench): Promise<Result> {
  await using stack = new AsyncDisposableStack()
  say('Starting Kafka, both simulators and the services ...')
  const { brokers } = await startBroker({ directory, log, signal }, stack)
  const processes = await startProcesses({ directory, brokers, kafka, events, signal, log }, stack)
  await sessionsOpen(processes, signal)
  await processes.proofpoint.command('/resume')
  const isComplete = await untilDelivered(processes, signal, () => undefined)
  const config = ['--config', processes.configFile]
  const places = addressesOf(processes).flatMap(address => ['--at', address])

  say('Asking ...')
  const measurements = [
    await times(
      'podpipe version, the start of the command line',
      ['version'],
      { value: 150, unit: 'ms' },
      signal,
    ),
    await times('podpipe status', ['status', ...config, ...places], { value: 1_000, unit: 'ms' }, signal),
    await times('podpipe lag', ['lag', ...config], { value: 1_000, unit: 'ms' }, signal),
    await pouring(['tap', 'raw', ...config], 'text', signal),
    await pouring(['tap', 'unique', '--format', 'json', ...config], 'JSON', signal),
    ...(await scraping(processes)),
  ]
  const faults = isComplete ? [] : ['Not all events were delivered, so the chain was not warm.']
  return { measurements, faults }
}

/** The median of some rounds; the first one, which fills the caches of compiled code, does not count. */
async function times(
  what: string,
  args: readonly string[],
  aim: { readonly value: number; readonly unit: string },
  signal: AbortSignal,
): Promise<Measurement> {
  await command(args, signal)
  const found: number[] = []
  for (let round = 0; round < rounds; round++) found.push((await command(args, signal)).ms)
  return {
    what,
    unit: aim.unit,
    ours: median(found),
    range: rangeOf(found),
    aim: { bound: 'at most', value: aim.value },
  }
}

async function pouring(args: readonly string[], form: string, signal: AbortSignal): Promise<Measurement> {
  const { lines, ms } = await command(args, signal)
  return {
    what: `podpipe ${args.slice(0, 2).join(' ')} into a pipe, as ${form}`,
    unit: 'events/s',
    ours: (lines * 1_000) / ms,
    aim: { bound: 'at least', value: 20_000 },
  }
}

/** Runs a command to its end, and counts what it prints. */
async function command(args: readonly string[], signal: AbortSignal): Promise<{ lines: number; ms: number }> {
  signal.throwIfAborted()
  const begun = performance.now()
  const child = spawn(process.execPath, [podpipe, ...args], { stdio: ['ignore', 'pipe', 'inherit'], signal })
  let lines = 0
  child.stdout.on('data', (chunk: Buffer) => {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`podpipe ${args.join(' ')} ended with exit code ${code}.`)
  return { lines, ms: performance.now() - begun }
}

async function scraping({ services }: Processes): Promise<Measurement[]> {
  const measurements: Measurement[] = []
  for (const name of ['ingest', 'dedup', 'forwarder'] as const) {
    const url = `http://${addressIn(services[name].tail(10_000))}/metrics`
    const found: number[] = []
    for (let round = 0; round < scrapes; round++) {
      const begun = performance.now()
      await (await fetch(url)).text()
      found.push(performance.now() - begun)
    }
    measurements.push({
      what: `a scrape of ${name}, there and back`,
      unit: 'ms',
      ours: median(found),
      range: rangeOf(found),
      aim: { bound: 'at most', value: 5 },
    })
  }
  return measurements
}

const addressesOf = ({ services }: Processes): string[] =>
  Object.values(services).map(service => addressIn(service.tail(10_000)))

/** Where a service answers, by its log. */
function addressIn(log: string): string {
  const [, address] = /"http":"([^"]+)"/.exec(log) ?? []
  if (address === undefined) throw new Error('A service has not said where it answers.')
  return address
}
