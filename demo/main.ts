// `npm run demo`: the whole chain on this machine, 20,000 events through it, and an accounting at the end.

import { existsSync, rmSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startEmbeddedBroker } from '@podpipe/runtime/broker/embedded.ts'
import { ConfigurationError, exitCodes, reasonOf } from '@podpipe/runtime/errors.ts'
import { createLog } from '@podpipe/runtime/log.ts'
import { listenForSignals } from '@podpipe/runtime/signals.ts'
import type { Proofpoint } from '@podpipe/simulators/proofpoint/proofpoint.ts'
import { type Accounting, gaps, sentenceOf } from './accounting.ts'
import { type Chain, createChain } from './chain.ts'
import { obey } from './commands.ts'
import { openConsole } from './console.ts'
import { mayReadInput } from './foreground.ts'
import { type DemoOptions, readOptions } from './options.ts'
import { showProgress } from './progress.ts'
import { print, type Seconds } from './report.ts'
import { collectorOf, startSecondCluster } from './second-cluster.ts'

// Longer than a stretch to Devo takes.
const arrivalMs = 20_000
const services = ['dedup', 'forwarder', 'ingest'] as const
const directory = join(fileURLToPath(new URL('../.podpipe/', import.meta.url)), `demo-${process.pid}`)
// performance.now() counts from the start of this process.
const elapsed = (): number => performance.now() / 1000

// The first signal ends the demo in order, wherever it is; a second one at once.
const stopping = new AbortController()
listenForSignals(
  name => stopping.abort(new Error(name)),
  () => {
    // Listeners run in order: the ones that kill what writes into the folder are there already.
    process.on('exit', () => rmSync(directory, { recursive: true, force: true }))
    process.exit(exitCodes.failed)
  },
)

try {
  process.exitCode = await demo(readOptions(process.argv))
} catch (error) {
  process.exitCode = stopping.signal.aborted ? 130 : report(error)
} finally {
  await rm(directory, { recursive: true, force: true })
}

async function demo(options: DemoOptions): Promise<number> {
  // Resources are given back in reverse order, whichever way this function is left.
  await using stack = new AsyncDisposableStack()
  await mkdir(directory, { recursive: true })
  const say = (text: string): void => void (options.json || process.stderr.write(`${text}\n`))

  say('Starting Kafka ...')
  const broker = await startEmbeddedBroker({
    directory: join(directory, 'kafka'),
    log: createLog('kafka', 'warn'),
    profile: 'test',
    signal: stopping.signal,
  })
  stack.defer(broker.stop)
  stopping.signal.throwIfAborted()
  say(`Starting the simulators of Proofpoint and Devo, and ${services.length} services ...`)
  const chain = await createChain({
    directory,
    brokers: broker.brokers,
    prefix: 'demo',
    proofpoint: options.proofpoint,
    // Arrivals on the clock of this process, which no adjustment of the machine's time can move.
    devo: { clock: () => performance.now() },
    console: options.forever,
  })
  stack.defer(chain.close)
  stopping.signal.throwIfAborted()
  if (options.forever) {
    const second = await startSecondCluster(chain.certificates, options.second)
    stack.defer(second.close)
    for (const service of services) chain.start(service)
    await openConsole(chain, collectorOf(second), say, stopping.signal)
    if (mayReadInput()) obey(process.stdin, chain.devo, say, stopping.signal)
    else say('The demo runs in the background, where what is typed does not reach it.')
    // Awaited here: what this function holds is given back when it is left.
    return await untilStopped(chain, second)
  }
  for (const service of services) chain.start(service)
  const start = elapsed()

  const progress = showProgress(chain, options.json)
  const complete = await chain.settled({ signal: stopping.signal }).finally(progress.end)
  const total = elapsed()
  await chain.stopServices()

  const accounting = await chain.accounting()
  const { firstAt } = chain.devo.stats()
  const seconds: Seconds = {
    start,
    first_delivered: firstAt === undefined ? undefined : firstAt / 1000,
    total,
  }
  print(accounting, seconds, options.json)
  return verdict(accounting, chain, complete)
}

/** Events flow until somebody ends it; what had come by then is accounted for. */
async function untilStopped(chain: Chain, second: Proofpoint): Promise<number> {
  await new Promise(resolve => stopping.signal.addEventListener('abort', resolve, { once: true }))
  process.stderr.write('\nEnding: what is on its way arrives first ...\n')
  const { proofpoint, devo } = chain
  for (const each of [proofpoint, second]) each.pause()
  await devo.accept()
  const sent = (): number => proofpoint.ledger.counts().events + second.ledger.counts().events
  const until = performance.now() + arrivalMs
  while (devo.stats().distinct < sent() && performance.now() < until) await sleep(50)
  await chain.stopServices()
  process.stdout.write(`\n${sentenceOf(await chain.accounting([second]))}\n`)
  return exitCodes.ok
}

function verdict(accounting: Accounting, chain: Chain, complete: boolean): number {
  const found = gaps(accounting, { doublesAllowed: false })
  if (accounting.received !== accounting.offered) {
    found.push(`Proofpoint sent ${accounting.offered} frames and Kafka has ${accounting.received}`)
  }
  if (!complete) found.push('for two minutes nothing more arrived')
  if (found.length === 0) return exitCodes.ok
  for (const gap of found) process.stderr.write(`The accounting does not close: ${gap}.\n`)
  for (const service of services) {
    process.stderr.write(`\nLast lines of ${service}:\n${chain.process(service).tail(8)}\n`)
  }
  return exitCodes.failed
}

function report(error: unknown): number {
  process.stderr.write(`demo: ${error instanceof ConfigurationError ? error.message : reasonOf(error)}\n`)
  if (existsSync(directory) && !(error instanceof ConfigurationError)) {
    process.stderr.write(`${error instanceof Error ? error.stack : ''}\n`)
  }
  return error instanceof ConfigurationError ? exitCodes.configuration : exitCodes.failed
}
