// `podpipe rejected`: what could not go on, and sending it again.

import { adviceOn } from '@podpipe/operations/advice.ts'
import { createPatientFetcher } from '@podpipe/operations/patient-fetcher.ts'
import { listedOf, RejectTally, shownOf } from '@podpipe/operations/rejected/listed.ts'
import { planRedrive, redrive } from '@podpipe/operations/rejected/redrive.ts'
import { accountOf } from '@podpipe/operations/rejected/redrive-account.ts'
import {
  type Reject,
  type Selection,
  type SelectionOptions,
  selectionOf,
} from '@podpipe/operations/rejected/reject.ts'
import { readRejects } from '@podpipe/operations/rejected/stored.ts'
import { timeForms } from '@podpipe/operations/times.ts'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { type FileNames, readConfig } from '@podpipe/runtime/config/read.ts'
import { topicsOfConfig } from '@podpipe/runtime/config/topics-of.ts'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import type { Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { rejectReasons } from '@podpipe/schemas/reject-reasons.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'
import { Command, InvalidArgumentError, Option } from 'commander'
import { configOption, outputOption, serviceOption } from '../common-options.ts'
import { askOnTerminal, confirm } from '../confirm.ts'
import { withRunningKafka } from '../with-running-kafka.ts'
import { exportLines } from './export.ts'
import { accountText, previewText, question } from './redrive-report.ts'
import { listText, showText } from './report.ts'

interface Options extends SelectionOptions {
  readonly config?: FileNames
  readonly output: 'text' | 'json'
}

export function rejectedCommand(): Command {
  const command = new Command('rejected')
    .description('what could not go on: look at it, keep it, send it again')
    .addHelpText('after', example('rejected'))
  command.addCommand(
    selecting(new Command('ls'))
      .description('count the rejects by reason, and name the newest; the default')
      .option('--limit <n>', 'how many of the newest to name', wholeNumber, 20)
      .addOption(outputOption())
      .addHelpText('after', example('rejected ls --reason variant --from -24h'))
      .action(list),
    { isDefault: true },
  )
  command.addCommand(
    new Command('show')
      .description('one reject with all that is known of it, and its bytes')
      .argument('<number>', 'as `podpipe rejected ls` shows it', wholeNumber)
      .addOption(configOption())
      .addOption(outputOption())
      .addHelpText('after', example('rejected show 41'))
      .action(show),
  )
  command.addCommand(
    selecting(new Command('export'))
      .description('write rejects with their bytes, a line of JSON each')
      .argument('[file]', 'a new file; without it the standard output')
      .addHelpText(
        'after',
        `\nEvents are written as they are: mind who can read the file.\n${example('rejected export --service maillog rejects.ndjson')}`,
      )
      .action((file: string | undefined, options: Options) => exportAll(file, options)),
  )
  command.addCommand(
    selecting(new Command('redrive'))
      .description('send rejects through the whole path once more')
      .argument(
        '[numbers...]',
        'only these, as `podpipe rejected ls` shows them',
        (text: string, before: readonly number[] = []) => [...before, wholeNumber(text)],
        [] as readonly number[],
      )
      .option('--cluster <name>', 'the Proofpoint cluster of those whose record raw no longer has')
      .option('--dry-run', 'say what would be sent; send nothing')
      .option('--yes', 'do not ask')
      .addOption(outputOption())
      .addHelpText(
        'after',
        `
Each goes to its raw topic as if Proofpoint had sent it now. What was sent again is noted in Kafka and is left out the
next time, also after a command that was killed.

Exit codes: 0 all that could be sent is; 1 Kafka failed on the way, and the same command goes on; 78 nothing was sent.
${example('rejected redrive --reason variant --from yesterday')}`,
      )
      .action(sendAgain),
  )
  return command
}

const example = (words: string): string => `\nExample:\n  podpipe ${words} --config config/config.yaml`

const selecting = (command: Command): Command =>
  command
    .addOption(configOption())
    .addOption(serviceOption())
    .addOption(
      new Option('--reason <reason>', `only rejects for this: ${rejectReasons.join(', ')}; may be repeated`)
        .argParser((value: string, before: readonly string[]) => [...before, value])
        .default([], 'every one'),
    )
    .option('--from <time>', `only records that Kafka had from this time on: ${timeForms}`)
    .option('--to <time>', 'only records that Kafka had before this time')

interface Kafka {
  readonly client: KafkaClient
  readonly fetcher: Fetcher
  readonly topics: Topics
  read(selection: Selection): AsyncGenerator<Reject, void, undefined>
}

/** Runs `work` with a way to read rejects. */
async function withRejects(config: PodpipeConfig, work: (kafka: Kafka) => Promise<void>): Promise<void> {
  const topics = topicsOfConfig(config)
  await withRunningKafka(config, 'rejected', async client => {
    const fetcher = await createPatientFetcher(client)
    try {
      await work({
        client,
        fetcher,
        topics,
        read: selection => readRejects(client, fetcher, topics, selection),
      })
    } finally {
      await fetcher.close()
    }
  })
}

async function list(options: Options & { limit: number }): Promise<void> {
  const config = readConfig(options.config, process.env)
  const selection = selectionOf(options, config, Date.now())
  await withRejects(config, async ({ topics, read }) => {
    const tally = new RejectTally(options.limit)
    for await (const reject of read(selection)) tally.add(listedOf(reject, topics))
    const found = tally.list()
    process.stdout.write(`${options.output === 'json' ? JSON.stringify(found) : listText(found)}\n`)
  })
}

async function show(
  offset: number,
  { config: file, output }: Pick<Options, 'config' | 'output'>,
): Promise<void> {
  const config = readConfig(file, process.env)
  await withRejects(config, async ({ topics, read }) => {
    for await (const reject of read(everything)) {
      if (reject.offset !== offset) continue
      const text = output === 'json' ? JSON.stringify(shownOf(reject, topics)) : showText(reject, topics)
      process.stdout.write(`${text}\n`)
      return
    }
    throw noSuch([offset])
  })
}

async function exportAll(file: string | undefined, options: Options): Promise<void> {
  const config = readConfig(options.config, process.env)
  const selection = selectionOf(options, config, Date.now())
  await withRejects(config, async ({ topics, read }) => {
    async function* lines(): AsyncGenerator<string, void, undefined> {
      for await (const reject of read(selection)) yield JSON.stringify(shownOf(reject, topics))
    }
    const count = await exportLines(lines(), file)
    if (file !== undefined) process.stderr.write(`podpipe: ${count} rejects are in ${file}\n`)
  })
}

async function sendAgain(
  numbers: readonly number[],
  options: Options & { cluster?: string; dryRun?: true; yes?: true },
): Promise<void> {
  const { cluster, dryRun = false, yes = false, output } = options
  const json = output === 'json'
  const config = readConfig(options.config, process.env)
  requireCluster(cluster, config)
  const selection = { ...selectionOf(options, config, Date.now()), open: true }
  await withRejects(config, async ({ client, fetcher, topics, read }) => {
    const rejects: Reject[] = []
    for await (const reject of read(selection)) {
      if (numbers.length === 0 || numbers.includes(reject.offset)) rejects.push(reject)
    }
    const missing = numbers.filter(number => !rejects.some(({ offset }) => offset === number))
    if (missing.length > 0) throw noSuch(missing)
    const planned = await planRedrive(rejects, config, { fetcher, topics, cluster })
    const again = planned.flatMap(({ fate }) => (fate.kind === 'again' ? [fate.again] : []))
    const preview = accountOf(planned, again.length, true)
    // The result alone goes to standard output; of a dry run, or where nothing is to be sent, the preview is the result.
    if (dryRun || again.length === 0) {
      process.stdout.write(`${json ? JSON.stringify({ ...preview, dryRun }) : previewText(preview)}\n`)
      return
    }
    process.stderr.write(`${previewText(preview)}\n`)
    await confirm(question, yes, askOnTerminal())
    let written = 0
    try {
      await redrive(again, { client, fetcher, topics }, count => {
        written += count
      })
    } finally {
      const account = accountOf(planned, written, false)
      process.stdout.write(`${json ? JSON.stringify(account) : accountText(account)}\n`)
    }
  })
}

const everything: Selection = { reasons: [], services: [], open: false }

const noSuch = (numbers: readonly number[]): ConfigurationError =>
  new ConfigurationError(
    `There is no reject ${numbers.join(', ')} among those that are meant: it is older than 30 days, was sent again already, or another option leaves it out. podpipe rejected ls shows which there are.`,
  )

function requireCluster(cluster: string | undefined, { inputs, file }: PodpipeConfig): void {
  const known = inputs.map(each => each.cluster)
  if (cluster === undefined || known.includes(cluster)) return
  throw new ConfigurationError(
    `--cluster ${cluster}: ${file} has no such cluster. ${adviceOn(cluster, known)}.`,
  )
}

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('give a whole number')
  return Number(text)
}
