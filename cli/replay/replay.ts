// `podpipe replay`: stored events once more, to an output or through dedup, beside a pipeline that runs on.

import { adviceOn } from '@podpipe/operations/advice.ts'
import { timeForms } from '@podpipe/operations/times.ts'
import type { FileNames } from '@podpipe/runtime/config/read.ts'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import { Command, InvalidArgumentError, Option } from 'commander'
import { configOption, serviceOption } from '../common-options.ts'
import { startThroughDedup } from './dedup/start.ts'
import { forgetStored, type ListOptions, listStored } from './output/replays.ts'
import { startToOutput } from './output/start.ts'

interface Options {
  readonly config?: FileNames
  readonly output?: string
  readonly resume?: string
  readonly through?: string
  readonly from?: string
  readonly to?: string
  readonly service: readonly string[]
  readonly match: readonly string[]
  readonly name?: string
  readonly rate?: number
  readonly approximate?: true
  readonly overwrite?: true
  readonly dryRun?: true
  readonly yes?: true
  readonly format: 'text' | 'json'
  readonly json?: true
}

const examples = `
Times are those at which Kafka received the events, in UTC unless they say otherwise.

Examples:
  podpipe replay --output devo_1 --from 2024-05-22T10:00:00Z --to 2024-05-22T11:00:00Z --dry-run
  podpipe replay --output devo_1 --from -90m --to -30m --service message --rate 500
  podpipe replay --resume devo_1-20240522T100000Z-20240522T110000Z
  podpipe replay ls
  podpipe replay --through dedup --from yesterday --to today

Exit codes: 0 all is sent and confirmed; 1 something is left, and the same command or --resume goes on with it;
78 nothing was sent, since a person has to ask for something else.`

export function replayCommand(): Command {
  return (
    new Command('replay')
      .description('send stored events of a time to an output again, or decide again on raw records')
      // The options of `ls` and `forget` are theirs, though some are called like those here.
      .enablePositionalOptions()
      .allowExcessArguments()
      .addOption(configOption())
      .option('--output <name>', 'send unique events to this output again')
      .option('--resume <name>', 'go on with a replay to an output that was interrupted')
      .option(
        '--through <service>',
        'take raw records through this once more, into topics of their own: dedup',
      )
      .option('--from <time>', `the first moment of the range: ${timeForms}`)
      .option('--to <time>', 'the first moment behind the range')
      .addOption(serviceOption())
      .addOption(
        new Option('--match <id=ID>', 'to an output: only the event with this id; may be repeated')
          .argParser((value: string, before: readonly string[]) => [...before, value])
          .default([], 'every event'),
      )
      .option('--name <name>', 'what the replay is called; without it, by what it sends')
      .option('--rate <n>', 'to an output: so many events a second at most', wholeNumber)
      .option('--approximate', 'through dedup: go on where the ledger is gone that an exact replay needs')
      .option('--overwrite', 'through dedup: delete the topics of an earlier replay of this name first')
      .option('--dry-run', 'say what would be done; send and write nothing')
      .option('--yes', 'to an output: do not ask')
      .addOption(formatOption())
      .addOption(new Option('--json', 'the same as -o json').hideHelp())
      .addHelpText('after', examples)
      .addCommand(
        new Command('ls')
          .description('the replays to outputs that Kafka still knows, and how far they are')
          .addOption(configOption())
          .addOption(formatOption())
          .addHelpText('after', '\nExample:\n  podpipe replay ls --config config/config.yaml')
          .action((options: ListOptions) => listStored(options)),
      )
      .addCommand(
        new Command('forget')
          .description('forget a replay, so that it can be begun anew; no event is deleted')
          .argument('<name>', 'as `podpipe replay ls` shows it')
          .addOption(configOption())
          .addOption(formatOption())
          .option('--yes', 'do not ask')
          .addHelpText(
            'after',
            '\nExample:\n  podpipe replay forget devo_1-20240522T100000Z-20240522T110000Z --config config/config.yaml',
          )
          .action((name: string, options: ListOptions & { yes?: boolean }) => forgetStored(name, options)),
      )
      .action(replay)
  )
}

/** `--output` names an output here, so what is printed has another long name. */
const formatOption = (): Option =>
  new Option('-o, --format <form>', 'what to print').choices(['text', 'json']).default('text')

async function replay(options: Options, command: Command): Promise<void> {
  const {
    output,
    resume,
    through,
    from,
    to,
    service,
    match,
    name,
    rate,
    dryRun = false,
    yes = false,
  } = options
  const [word] = command.args
  if (word !== undefined) {
    throw new ConfigurationError(
      `podpipe replay ${word}: there is no such command. ${adviceOn(word, ['ls', 'forget'])}.`,
    )
  }
  const ways = [output, resume, through].filter(way => way !== undefined)
  if (ways.length === 0 && from === undefined && to === undefined) command.help()
  if (ways.length !== 1) {
    throw new ConfigurationError(
      `podpipe replay does not know ${ways.length === 0 ? 'what to do with the events' : 'which to do'}. Say one of --output NAME, --resume NAME and --through dedup.`,
    )
  }
  const { config } = options
  const json = options.json ?? options.format === 'json'
  if (resume !== undefined) {
    refuse('--resume goes on with what was asked for', {
      from,
      to,
      name,
      service: service[0],
      match: match[0],
    })
    return startToOutput({ config, asked: { resume }, ...rateOf(rate), dryRun, yes, json })
  }
  if (from === undefined || to === undefined) {
    throw new ConfigurationError(
      `The range is not whole: ${from === undefined ? '--from' : '--to'} is missing. Write a time such as ${timeForms}.`,
    )
  }
  if (output !== undefined) {
    refuse('a replay to an output decides nothing', {
      approximate: options.approximate,
      overwrite: options.overwrite,
    })
    const asked = { output, from, to, service, match, ...(name !== undefined && { name }) }
    return startToOutput({ config, asked, ...rateOf(rate), dryRun, yes, json })
  }
  if (through !== 'dedup') {
    throw new ConfigurationError(
      `--through ${through}: raw records can be replayed through dedup, and through nothing else. Say --through dedup.`,
    )
  }
  refuse('a replay through dedup sends nothing', { rate, match: match[0] })
  await startThroughDedup({ ...options, config, from, to, json })
}

const rateOf = (rate: number | undefined): { rate?: number } => (rate === undefined ? {} : { rate })

/** @throws ConfigurationError for the first option that is given and means nothing here */
function refuse(why: string, given: Readonly<Record<string, unknown>>): void {
  const [first] = Object.entries(given).filter(([, value]) => value !== undefined)
  if (first === undefined) return
  throw new ConfigurationError(`--${first[0]} means nothing here: ${why}. Leave it out.`)
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('give a whole number of events from 1 on')
  return Number(text)
}
