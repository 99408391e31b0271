// `podpipe validate`: reads a configuration the way `podpipe run` does, and says what would run.

import { readFileSync } from 'node:fs'
import { describeConfig, textOf } from '@podpipe/runtime/config/pages/describe.ts'
import { type FileNames, readConfig } from '@podpipe/runtime/config/read.ts'
import { Command } from 'commander'
import { configOption, outputOption } from './common-options.ts'

interface Options {
  readonly config?: FileNames
  readonly output: 'text' | 'json'
}

/** The command; faults leave it as ConfigurationError, which the caller prints and ends with exit code 78. */
export function validateCommand(): Command {
  return new Command('validate')
    .description('check a configuration file and say what would run')
    .addOption(configOption())
    .addOption(outputOption())
    .action(({ config: file, output }: Options) => {
      const config = readConfig(file, process.env)
      const readPem = (path: string): string => readFileSync(path, 'utf8')
      const description = describeConfig(config, readPem, Date.now())
      const shown = output === 'json' ? JSON.stringify(description) : textOf(description)
      process.stdout.write(`${shown}\n`)
    })
}
