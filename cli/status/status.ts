// `podpipe status`: is it well, if not why, and what to do.

import { styleText } from 'node:util'
import { askAll } from '@podpipe/operations/status/ask.ts'
import { type Health, healthOf, type StatusReport } from '@podpipe/operations/status/health.ts'
import { placesOf } from '@podpipe/operations/status/places.ts'
import { type FileNames, readConfig } from '@podpipe/runtime/config/read.ts'
import { Command } from 'commander'
import { atOption, configOption, outputOption } from '../common-options.ts'
import { exitCodeOf, treeOf } from './tree.ts'

interface Options {
  readonly config?: FileNames
  readonly output: 'text' | 'json'
  readonly at: readonly string[]
}

const colours = { healthy: 'green', degraded: 'yellow', down: 'red' } as const

export function statusCommand(): Command {
  return new Command('status')
    .description('whether everything is well, and if not, why and what to do')
    .addOption(configOption())
    .addOption(atOption())
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
Exit codes: 0 healthy, 1 degraded: a part is not well, 2 down: a service does not answer.

Examples:
  podpipe status --config config/config.yaml
  podpipe status --config config/config.yaml --at dedup-1:8102 --at dedup-2:8102 -o json`,
    )
    .action(async ({ config: file, output, at }: Options) => {
      const config = readConfig(file, process.env)
      const answers = await askAll(placesOf(config, at))
      const health = healthOf(answers)
      const report: StatusReport = { health, services: answers }
      const text = output === 'json' ? JSON.stringify(report) : treeOf(answers, Date.now(), paint).join('\n')
      process.stdout.write(`${text}\n`)
      process.exitCode = exitCodeOf[health]
    })
}

const paint = (text: string, health: Health): string =>
  styleText(colours[health], text, { stream: process.stdout })
