// `podpipe run`: one service in this process, or all of them as its children.

import { serviceNames } from '@podpipe/operations/status/places.ts'
import { type FileNames, readConfig } from '@podpipe/runtime/config/read.ts'
import { createLog } from '@podpipe/runtime/log.ts'
import type { ServiceName } from '@podpipe/runtime/service.ts'
import { listenForReload } from '@podpipe/runtime/signals.ts'
import { listenForStop } from '@podpipe/runtime/stop.ts'
import { Argument, Command, InvalidArgumentError, Option } from 'commander'
import { configOption, outputOption } from '../common-options.ts'
import { leftStateWarning } from '../migrate/left-state.ts'
import { withKafka } from '../with-kafka.ts'
import { handedFlag, takeHanded } from './handed.ts'
import { runAll } from './run-all.ts'
import { runOne } from './run-one.ts'

interface Options {
  readonly config?: FileNames
  readonly httpPort?: number
  readonly handed?: true
}

const kafkaStopMs = 10_000

const onePort =
  '--http-port names one port, and `run all` has three services: set them under http in the configuration'

export function runCommand(): Command {
  return new Command('run')
    .description('run all services, or one of them or the console, until stopped by SIGTERM or Ctrl-C')
    .addArgument(
      new Argument('[what]', 'what to run').choices(['all', ...serviceNames, 'console']).default('all'),
    )
    .addOption(configOption())
    .addOption(outputOption('what to print if the configuration cannot be used'))
    .option('--http-port <port>', 'port of health and metrics, 0 = any free one; not with `all`', parsePort)
    .addOption(new Option(handedFlag, 'started by `run all`').hideHelp())
    .addHelpText('after', '\nExample:\n  podpipe run all --config config/config.yaml')
    .action(async (what: 'all' | ServiceName, options: Options, command: Command) => {
      const { config: file, httpPort } = options
      const handed = options.handed ? await takeHanded() : undefined
      const config = handed?.config ?? readConfig(file, process.env)
      const log = createLog(what === 'all' ? 'podpipe' : what, config.logLevel)
      // The services have the budget for themselves; Kafka, stopping after them, needs a little more.
      const budget = what === 'all' ? config.stopBudgetMs + kafkaStopMs : config.stopBudgetMs
      const stop = listenForStop(budget, log, config.stopBudgetMs * 0.75)
      const reloads = listenForReload()
      // `run all` has said them already.
      if (handed === undefined)
        for (const warning of [...config.warnings, leftStateWarning(config) ?? []].flat()) log.warn(warning)
      if (what === 'all') {
        if (httpPort !== undefined) command.error(onePort)
        return runAll(config, log, stop, reloads)
      }
      const run = (brokers: readonly string[]): Promise<void> =>
        runOne({
          name: what,
          config,
          brokers,
          log,
          stop,
          reloads,
          tellsWarnings: handed === undefined,
          httpPort,
        })
      return handed === undefined ? withKafka(config, log, stop.signal, run) : run(handed.brokers)
    })
}

function parsePort(text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new InvalidArgumentError('a port is a number from 0 to 65535')
  return port
}
