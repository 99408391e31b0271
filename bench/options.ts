// The command line of the benchmarks.

import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import type { Benchmark } from './benchmark.ts'

export interface Options {
  readonly benchmarks: readonly Benchmark[]
  /** Undefined where each benchmark is to take its own number. */
  readonly events: number | undefined
  readonly json: boolean
}

/** How many events a benchmark sends that says nothing about it. */
export const usualEvents = 60_000

/**
 * Reads the arguments; `--help` prints and ends the process.
 * @param all what can be chosen
 * @throws ConfigurationError for a wrong flag or a name that is none
 */
export function readOptions(argv: readonly string[], all: readonly Benchmark[]): Options {
  const width = Math.max(...all.map(({ name }) => name.length))
  const command = new Command('npm run bench --')
    .description('measure podpipe on this machine; speed is never a failure, a lost event is')
    .argument('[name...]', 'the benchmarks to run; all when none is named')
    .option('--events <n>', eventsText(all), count)
    .option('--json', 'print the figures as one line of JSON, the last one', false)
    .addHelpText(
      'after',
      `
Benchmarks:
${all.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join('\n')}

Exit codes: 0 measured, 1 events were lost or the run failed, 78 something a person must put right,
  130 stopped by Ctrl-C or SIGTERM

Example:
  npm run --silent bench -- chain --events 20000 --json`,
    )
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
  try {
    command.parse(argv)
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) process.exit(0)
    throw new ConfigurationError(`${error.message.replace(/^error: /, '')}. See npm run bench -- --help.`)
  }
  const { events, json } = command.opts<{ events?: number; json: boolean }>()
  return { benchmarks: chosen(command.args, all), events, json }
}

function chosen(names: readonly string[], all: readonly Benchmark[]): readonly Benchmark[] {
  for (const name of names) {
    if (all.some(each => each.name === name)) continue
    const known = all.map(each => each.name).join(', ')
    throw new ConfigurationError(`There is no benchmark ${name}. Name one or more of: ${known}.`)
  }
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name))
}

function eventsText(all: readonly Benchmark[]): string {
  const own = all.flatMap(({ name, events }) => (events === undefined ? [] : [`, in ${name} ${events}`]))
  return `events to send (default: ${usualEvents}${own.join('')})`
}

function count(text: string): number {
  if (!/^[1-9]\d{0,7}$/.test(text)) throw new InvalidArgumentError('give a whole number from 1 to 99,999,999')
  return Number(text)
}
