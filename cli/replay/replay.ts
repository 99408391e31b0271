// `podpipe replay`: old raw records once more, into topics of their own, beside a pipeline that runs on.

import { type FileNames, readConfig } from '@podpipe/runtime/config/read.ts'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import { Command } from 'commander'
import { configOption, servicesOf } from '../common-options.ts'
import { withRunningKafka } from '../with-running-kafka.ts'
import { replayDedup } from './replay-dedup.ts'
import { nameOf, rangeOf, requireName } from './replay-range.ts'
import { sentenceOf } from './replay-report.ts'

interface Options {
  readonly config?: FileNames
  readonly through?: string
  readonly from: string
  readonly to: string
  readonly service?: string
  readonly name?: string
  readonly approximate?: true
  readonly overwrite?: true
  readonly dryRun?: true
  readonly json?: true
}

export function replayCommand(): Command {
  return new Command('replay')
    .description('decide again on raw records of a time, into topics of their own')
    .addOption(configOption())
    .option('--through <service>', 'what the records go through again: dedup')
    .requiredOption('--from <time>', 'the first append time in raw; ISO 8601 (UTC without an offset) or ms')
    .requiredOption('--to <time>', 'the append time in raw before which it ends')
    .option('--service <service>', 'only this kind of event; without it, every one')
    .option(
      '--name <name>',
      "what the topics are called, PREFIX.replay.NAME.*; without it, the range's times",
    )
    .option('--approximate', 'go on where the ledger is gone that an exact replay needs')
    .option('--overwrite', 'delete the topics of an earlier replay of this name first')
    .option('--dry-run', 'only decide and count; write nothing')
    .option('--json', 'print one JSON object, and no progress')
    .addHelpText(
      'after',
      '\nExample:\n  podpipe replay --through dedup --from 2024-05-22T10:00:00Z --to 2024-05-22T11:00:00Z --config config/config.yaml',
    )
    .action(replay)
}

async function replay(options: Options): Promise<void> {
  requireDedup(options.through)
  const range = rangeOf(options.from, options.to, Date.now())
  const config = readConfig(options.config, process.env)
  const services = servicesOf(config, options.service)
  const name = options.name === undefined ? nameOf(range, options.service) : requireName(options.name)
  await withRunningKafka(config, 'replay', async client => {
    const { approximate = false, overwrite = false, dryRun = false, json = false } = options
    const result = await replayDedup({
      client,
      config,
      services,
      range,
      name,
      approximate,
      overwrite,
      dryRun,
      showProgress: !json && process.stderr.isTTY,
    })
    process.stdout.write(`${json ? JSON.stringify(result) : sentenceOf(result)}\n`)
  })
}

function requireDedup(through: string | undefined): void {
  if (through === 'dedup') return
  throw new ConfigurationError(
    through === undefined
      ? 'podpipe replay does not know what the records are to go through. Say --through dedup.'
      : `--through ${through}: raw records can be replayed through dedup, and through nothing else in this version. Say --through dedup.`,
  )
}
