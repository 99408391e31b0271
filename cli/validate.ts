// `podpipe validate`: reads a configuration the way `podpipe run` does, and says what would run.

import { readFileSync } from 'node:fs'
import { describeConfig, textOf } from '@podpipe/runtime/config/pages/describe.ts'
import { type FileNames, readConfig } from '@podpipe/runtime/config/read.ts'
import { exitCodes } from '@podpipe/runtime/errors.ts'
import { Command } from 'commander'
import { linesOf } from './check/check.ts'
import { checkConnections } from './check/check-connections.ts'
import { configOption, outputOption } from './common-options.ts'

interface Options {
  readonly config?: FileNames
  readonly output: 'text' | 'json'
  readonly checkConnections?: boolean
}

/** The command; faults leave it as ConfigurationError, which the caller prints and ends with exit code 78. */
export function validateCommand(): Command {
  return new Command('validate')
    .description('check a configuration file and say what would run')
    .addOption(configOption())
    .addOption(outputOption())
    .option(
      '--check-connections',
      'also try Kafka, Proofpoint and the outputs; opens one session for each stream, for the archive, and closes it at once',
    )
    .addHelpText(
      'after',
      `
A session that is checked takes the one that Proofpoint allows a key, for a moment; while podpipe or another collector runs
with the same key, the answer is 409, and that counts as good.

Exit codes:
  0   the configuration is good, and with --check-connections every connection too
  78  it is not; each fault says what to do

Example:
  podpipe validate --config config/config.yaml --check-connections`,
    )
    .action(async ({ config: file, output, checkConnections: isChecked = false }: Options) => {
      const config = readConfig(file, process.env)
      const readPem = (path: string): string => readFileSync(path, 'utf8')
      const description = describeConfig(config, readPem, Date.now())
      const checks = isChecked ? await checkConnections(config, Date.now()) : undefined
      const shown =
        output === 'json'
          ? JSON.stringify({ ...description, ...(checks !== undefined && { checks }) })
          : [textOf(description), ...(checks === undefined ? [] : [linesOf(checks)])].join('\n')
      process.stdout.write(`${shown}\n`)
      if (checks?.some(({ isGood }) => !isGood)) process.exitCode = exitCodes.configuration
    })
}
