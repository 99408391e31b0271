// `podpipe health`: whether the services of this machine do their work, as an exit code, for the health check of a container.

import { askAll } from '@podpipe/operations/status/ask.ts'
import { placeOf, placesOf, serviceNames } from '@podpipe/operations/status/places.ts'
import { type FileNames, readConfig } from '@podpipe/runtime/config/read.ts'
import { exitCodes } from '@podpipe/runtime/errors.ts'
import type { ServiceName } from '@podpipe/runtime/service.ts'
import { Argument, Command } from 'commander'
import { configOption, outputOption } from '../common-options.ts'
import { healthLine } from './health-line.ts'

interface Options {
  readonly config?: FileNames
  readonly output: 'text' | 'json'
}

export function healthCommand(): Command {
  return new Command('health')
    .description('whether services do their work, as an exit code: the health check of a container')
    .addArgument(
      new Argument('[services...]', 'which ones; those that events pass through if none is named').choices([
        ...serviceNames,
        'console',
      ]),
    )
    .addOption(configOption())
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
A line for each service. Exit codes: 0 all do their work, 1 one does not or does not answer. \`podpipe status\` says more.

Example:
  podpipe health dedup --config config/config.yaml`,
    )
    .action(async (named: readonly ServiceName[], { config: file, output }: Options) => {
      const config = readConfig(file, process.env)
      const places = named.length === 0 ? placesOf(config, []) : named.map(name => placeOf(config, name))
      const answers = await askAll(places)
      const isWell = answers.every(({ status }) => status?.ready)
      const text =
        output === 'json'
          ? JSON.stringify({ healthy: isWell, services: answers })
          : answers.map(healthLine).join('\n')
      process.stdout.write(`${text}\n`)
      process.exitCode = isWell ? exitCodes.ok : exitCodes.failed
    })
}
