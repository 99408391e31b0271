// `podpipe topics`: what the topics table asks for, and making it so, also where partitions have to be added.

import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { readConfig } from '@podpipe/runtime/config/read.ts'
import { topicsOfConfig } from '@podpipe/runtime/config/topics-of.ts'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import {
  applyTopics,
  countPartitions,
  planTopics,
  type TopicChange,
} from '@podpipe/runtime/kafka/administration/topics.ts'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import { createFetcher, type Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { listConsoleTopics, listTopics, type Topic, type Topics } from '@podpipe/schemas/topics.ts'
import { Command } from 'commander'
import { configOption, outputOption } from '../common-options.ts'
import { askOnTerminal, confirm } from '../confirm.ts'
import { withRunningKafka } from '../with-running-kafka.ts'
import { type AclOptions, aclsOption, applyAcls, commandsOption, planAcls, principalOption } from './acls.ts'
import { growPartitions } from './grow-partitions.ts'
import { findGrowth, findRunning, findUndone, type Growth, topicsOfService } from './partition-growth.ts'

interface Options extends AclOptions {
  readonly acls?: boolean
  readonly yes?: boolean
  readonly acceptDoubles?: boolean
}

/** A change as it is printed. Topics of events can grow, which the runtime alone cannot do. */
type Shown =
  | TopicChange
  | { readonly topic: string; readonly change: 'grow'; readonly from: number; readonly partitions: number }

export function topicsCommand(): Command {
  const command = new Command('topics')
    .description('the topics of a Kafka cluster: what is missing, and making it')
    .addHelpText('after', '\nExample:\n  podpipe topics plan --config config/config.yaml')
  command.addCommand(
    common(new Command('plan'))
      .description('say what `apply` would do; change nothing')
      .addOption(commandsOption())
      .addHelpText(
        'after',
        '\nExamples:\n  podpipe topics plan --config config/config.yaml\n  podpipe topics plan --acls --commands --config config/config.yaml',
      )
      .action((options: Options) => (options.acls ? planAcls(options) : plan(options))),
  )
  command.addCommand(
    common(new Command('apply'))
      .description('create missing topics, set their settings, add partitions; safe to repeat')
      .option('--yes', 'do not ask before partitions are added')
      .option('--accept-doubles', 'add partitions though some ids that are still known will be forgotten')
      .addHelpText(
        'after',
        '\nExamples:\n  podpipe topics apply --config config/config.yaml\n  podpipe topics apply --acls --config config/config.yaml',
      )
      .action((options: Options) => (options.acls ? applyAcls(options) : apply(options))),
  )
  return command
}

const common = (command: Command): Command =>
  command
    .addOption(configOption())
    .addOption(outputOption())
    .addOption(aclsOption())
    .addOption(principalOption())

// With the topics of an embedded broker as they are: making them refuses another number of partitions.
const withTopics = (config: PodpipeConfig, work: (client: KafkaClient) => Promise<void>): Promise<void> =>
  withRunningKafka(config, 'topics', work, false)

async function plan({ config: file, output }: Options): Promise<void> {
  const config = readConfig(file, process.env)
  const topics = topicsOfConfig(config)
  await withTopics(config, async client => {
    const growths = await findGrowth(client, topics)
    const changes = shownOf(await planTopics(client, await tableFor(client, topics)), topics, growths)
    print(changes, output, false)
    if (growths.length === 0 || output === 'json') return
    const before = await withFetcher(client, fetcher =>
      findObstacles(client, fetcher, config, topics, growths),
    )
    process.stdout.write(howTo(before, config))
  })
}

async function apply(options: Options): Promise<void> {
  const config = readConfig(options.config, process.env)
  const topics = topicsOfConfig(config)
  await withTopics(config, async client => {
    const growths = await findGrowth(client, topics)
    const planned = shownOf(await planTopics(client, await tableFor(client, topics)), topics, growths)
    if (growths.length > 0) await grow(client, config, topics, growths, options)
    const rest = await applyTopics(client, await tableFor(client, topics))
    // What has grown is as it should be by now, and yet something was done about it.
    const done = rest.map(
      change => planned.find(each => each.topic === change.topic && each.change === 'grow') ?? change,
    )
    print(done, options.output, true)
  })
}

/** What every podpipe has, and of the console what it has made by now. */
async function tableFor(client: KafkaClient, topics: Topics): Promise<Topic<unknown>[]> {
  const ofConsole = listConsoleTopics(topics)
  const there = await countPartitions(
    client,
    ofConsole.map(({ name }) => name),
  )
  return [...listTopics(topics), ...ofConsole.filter(({ name }) => there.has(name))]
}

async function grow(
  client: KafkaClient,
  config: PodpipeConfig,
  topics: Topics,
  growths: readonly Growth[],
  { yes = false, acceptDoubles = false }: Options,
): Promise<void> {
  await withFetcher(client, async fetcher => {
    const before = await findObstacles(client, fetcher, config, topics, growths)
    if (before.length > 0) {
      throw new ConfigurationError(
        `${whatGrows(topics, growths)} This is not possible yet, and nothing was changed.\n${before.join('\n')}`,
      )
    }
    await confirm(
      `${whatGrows(topics, growths)} Partitions would be added for good, and the ledgers of dedup written anew for them.`,
      yes,
      askOnTerminal(),
    )
    for (const growth of growths) {
      const ids = await growPartitions({ client, fetcher, config, topics, acceptDoubles }, growth)
      const what = ids === undefined ? 'its ledgers were written before' : `${ids} live ids have moved`
      process.stderr.write(`podpipe: ${growth.service} has ${growth.to} partitions; ${what}\n`)
    }
  })
}

async function findObstacles(
  client: KafkaClient,
  fetcher: Fetcher,
  config: PodpipeConfig,
  topics: Topics,
  growths: readonly Growth[],
): Promise<string[]> {
  const found = await findRunning(client, config)
  for (const growth of growths) found.push(...(await findUndone(client, fetcher, config, topics, growth)))
  return found
}

async function withFetcher<Result>(
  client: KafkaClient,
  work: (fetcher: Fetcher) => Promise<Result>,
): Promise<Result> {
  const fetcher = await createFetcher(client)
  try {
    return await work(fetcher)
  } finally {
    await fetcher.close()
  }
}

function shownOf(changes: readonly TopicChange[], topics: Topics, growths: readonly Growth[]): Shown[] {
  const growing = new Map(
    growths.flatMap(growth => topicsOfService(topics, growth.service).map(name => [name, growth] as const)),
  )
  return changes.map(change => {
    const growth = growing.get(change.topic)
    if (growth === undefined || change.change !== 'refused') return change
    return { topic: change.topic, change: 'grow', from: growth.from, partitions: growth.to }
  })
}

const whatGrows = (topics: Topics, growths: readonly Growth[]): string =>
  growths
    .map(
      ({ service, from, to }) =>
        `${topics.raw(service).name} has ${from} partitions and the configuration says ${to}.`,
    )
    .join(' ')

function howTo(before: readonly string[], { kafka }: PodpipeConfig): string {
  // A service that is run alone brings the embedded broker with it, so there one runs after the other.
  const [who, drain] =
    kafka.brokers.length > 0
      ? ['ingest', 'let dedup and the forwarder run until nothing is left, then stop them.']
      : ['podpipe', 'podpipe run dedup, and after it podpipe run forwarder, each until nothing is left.']
  const steps = `
An id has to meet the dedup task that knows it, and with more partitions it may belong to another one. So:
  1. Stop ${who}. Proofpoint keeps for an hour what it has, and its archive has the rest.
  2. With the old number in the configuration ${drain}
  3. With the new one, podpipe topics apply adds partitions and gives every id that is still known its new place.
  4. Start podpipe. The number can never be lowered again.
`
  if (before.length === 0) return `${steps}Step 3 can be done now.\n`
  return `${steps}Still in the way:\n${before.map(each => `  ${each}\n`).join('')}`
}

function print(changes: readonly Shown[], output: Options['output'], done: boolean): void {
  const text = changes.map(change => `${change.topic.padEnd(24)} ${sentenceOf(change, done)}\n`).join('')
  process.stdout.write(output === 'json' ? `${JSON.stringify(changes)}\n` : text)
}

function sentenceOf(change: Shown, done: boolean): string {
  switch (change.change) {
    case 'none':
      return 'as it should be'
    case 'create':
      return `${done ? 'created' : 'to be created'} with ${change.partitions} partitions`
    case 'settings':
      return `${done ? 'set' : 'to be set'}: ${Object.entries(change.settings)
        .map(([name, value]) => `${name}=${value}`)
        .join(', ')}`
    case 'grow':
      return `${done ? 'grown' : 'to grow'} from ${change.from} to ${change.partitions} partitions`
    case 'refused':
      return `REFUSED: ${change.why}`
  }
}
