// The demo's command line.

import { existsSync } from 'node:fs'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import type { ProofpointOptions } from '@podpipe/simulators/proofpoint/proofpoint.ts'
import { Command, CommanderError, InvalidArgumentError } from 'commander'

export interface DemoOptions {
  readonly json: boolean
  /** Events flow, and a console shows them, until somebody ends it. */
  readonly forever: boolean
  readonly proofpoint: Partial<ProofpointOptions>
  /** Of the second cluster, which waits for a collector. */
  readonly second: Partial<ProofpointOptions>
}

// Of each kind a second, and for a month: each event takes the simulators some hundred bytes of memory.
const rate = 15
const slots = rate * 30 * 86_400
const aMonth = { message: slots, maillog: slots, audit: slots }

/**
 * Reads the arguments; `--help` prints and ends the process.
 * @throws ConfigurationError for a wrong flag or a file that is not there
 */
export function readOptions(argv: readonly string[]): DemoOptions {
  const command = new Command('npm run demo --')
    .description(
      'send simulated Proofpoint events through Kafka to a simulated Devo, and account for every one',
    )
    .option('--events <n>', 'frames to send, copies and junk included', count, 20_000)
    .option('--events-file <file>', 'send the lines of this NDJSON file in place of generated events')
    .option('--seed <n>', 'seed of the generated events', count, 1)
    .option('--forever', 'let events flow slowly, with a console in the browser, until Ctrl-C', false)
    .option('--json', 'print one JSON object as the last line', false)
    .addHelpText('after', '\nExample:\n  npm run --silent demo -- --events 5000 --json')
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
  try {
    command.parse(argv)
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) process.exit(0)
    throw new ConfigurationError(`${error.message.replace(/^error: /, '')}. See npm run demo -- --help.`)
  }
  const { events, eventsFile, seed, json, forever } = command.opts<{
    events: number
    eventsFile?: string
    seed: number
    json: boolean
    forever: boolean
  }>()
  if (eventsFile !== undefined && !existsSync(eventsFile)) {
    throw new ConfigurationError(
      `--events-file ${eventsFile}: there is no such file. Name a file with one event a line.`,
    )
  }
  const shares = { seed, duplicates: 0.1, disorder: 0.05, junk: 0.002, noId: 0.002 }
  const slowly = { ...shares, events: aMonth, rate }
  // Events of its own: those of the same seed would be the same.
  const second = { ...slowly, seed: seed + 1 }
  if (forever) return { json, forever, proofpoint: slowly, second }
  const proofpoint = eventsFile === undefined ? { ...shares, events } : { eventsFile }
  return { json, forever, proofpoint, second }
}

function count(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('give a whole number from 1')
  return Number(text)
}
