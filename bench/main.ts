// `npm run bench`: measures podpipe on this machine and prints the figures. Speed never fails, loss does.

import { rmSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findInstallation } from '@podpipe/runtime/broker/installation.ts'
import { ConfigurationError, exitCodes, reasonOf } from '@podpipe/runtime/errors.ts'
import { createLog } from '@podpipe/runtime/log.ts'
import { listenForSignals } from '@podpipe/runtime/signals.ts'
import { benchmarks } from './benchmarks.ts'
import { type Figure, figure } from './figure.ts'
import { describeMachine, requireLinux } from './machine.ts'
import { type Options, readOptions, usualEvents } from './options.ts'
import { table } from './table.ts'

const directory = join(fileURLToPath(new URL('../.podpipe/', import.meta.url)), `bench-${process.pid}`)
const log = createLog('kafka', 'warn')
const say = (text: string): void => void process.stderr.write(`${text}\n`)

// The first signal ends the run in order, a second one at once.
const stopping = new AbortController()
listenForSignals(name => stopping.abort(new Error(name)), endAtOnce)

try {
  process.exitCode = await bench(readOptions(process.argv, benchmarks))
} catch (error) {
  process.exitCode = stopping.signal.aborted ? 130 : report(error)
} finally {
  await rm(directory, { recursive: true, force: true })
}

function endAtOnce(): never {
  // The last of the exit listeners: those before it kill what writes into the folder.
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }))
  process.exit(exitCodes.failed)
}

async function bench(options: Options): Promise<number> {
  const { signal } = stopping
  requireLinux(process.platform)
  // Also fetches Kafka's jars where they are missing: a download is none of the figures.
  const { java } = await findInstallation(process.env, log, signal)
  const machine = await describeMachine(java)
  const figures: Figure[] = []
  const faults: string[] = []
  for (const { name, run, events: own = usualEvents } of options.benchmarks) {
    signal.throwIfAborted()
    const folder = join(directory, name)
    await mkdir(folder, { recursive: true })
    const result = await run({ directory: folder, events: options.events ?? own, signal, log, say })
    await rm(folder, { recursive: true, force: true })
    figures.push(...result.measurements.map(figure))
    faults.push(...result.faults.map(fault => `${name}: ${fault}`))
  }
  process.stdout.write(`${machine}\n${table(figures)}`)
  for (const fault of faults) say(fault)
  if (options.json) process.stdout.write(`${JSON.stringify(figures)}\n`)
  return faults.length === 0 ? exitCodes.ok : exitCodes.failed
}

function report(error: unknown): number {
  if (error instanceof ConfigurationError) {
    say(`bench: ${error.message}`)
    return exitCodes.configuration
  }
  say(`bench: ${error instanceof Error ? (error.stack ?? reasonOf(error)) : reasonOf(error)}`)
  return exitCodes.failed
}
