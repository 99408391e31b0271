// `podpipe config`: an example to start from, a schema for editors, and what counts and where it comes from.

import { exampleFile } from '@podpipe/runtime/config/pages/example.ts'
import { schemaText } from '@podpipe/runtime/config/pages/json-schema.ts'
import { shownOf, shownText } from '@podpipe/runtime/config/pages/show.ts'
import { type FileNames, readWithSources } from '@podpipe/runtime/config/read.ts'
import { Command } from 'commander'
import { configOption, outputOption } from '../common-options.ts'

interface Options {
  readonly config?: FileNames
  readonly output: 'text' | 'json'
}

export function configCommand(): Command {
  const command = new Command('config')
    .description('an example of a configuration, its schema, and what counts in yours')
    .addHelpText('after', '\nExample:\n  podpipe config show --config config/config.yaml')
  command.addCommand(
    new Command('example')
      .description('print a configuration with every key, to be filled in')
      .addHelpText('after', '\nExample:\n  podpipe config example > config/config.yaml')
      .action(() => void process.stdout.write(exampleFile())),
  )
  command.addCommand(
    new Command('schema')
      .description('print the JSON Schema of the configuration; editors complete and check keys with it')
      .addHelpText('after', '\nExample:\n  podpipe config schema > config/config.schema.json')
      .action(() => void process.stdout.write(schemaText())),
  )
  command.addCommand(
    new Command('show')
      .description('print every value that counts and where it comes from, without secrets')
      .addOption(configOption())
      .addOption(outputOption())
      .addHelpText('after', '\nExample:\n  podpipe config show --config config/config.yaml')
      .action(({ config: file, output }: Options) => {
        const { readings, shownAs } = readWithSources(file, process.env)
        const shown = shownOf(readings, shownAs)
        process.stdout.write(`${output === 'json' ? JSON.stringify(shown) : shownText(shown)}\n`)
      }),
  )
  return command
}
