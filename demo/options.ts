// The demo's command line.

import { existsSync } from 'node:fs'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import type { ProofpointOptions } from '@podpipe/simulators/proofpoint.ts'
import { Command, CommanderError, InvalidArgumentError } from 'commander'

export interface DemoOptions {
  readonly json: boolean
  readonly proofpoint: Partial<ProofpointOptions>
}

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
  const { events, eventsFile, seed, json } = command.opts<{
    events: number
    eventsFile?: string
    seed: number
    json: boolean
  }>()
  if (eventsFile !== undefined && !existsSync(eventsFile)) {
    throw new ConfigurationError(
      `--events-file ${eventsFile}: there is no such file. Name a file with one event a line.`,
    )
  }
  return {
    json,
    proofpoint:
      eventsFile === undefined
        ? { events, seed, duplicates: 0.1, disorder: 0.05, junk: 0.002, noId: 0.002 }
        : { eventsFile },
  }
}

function count(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('give a whole number from 1')
  return Number(text)
}
