// `podpipe topics`: what the topics table asks for, and making it so.

import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { readConfig } from '@podpipe/runtime/config/read.ts'
import { topicsOfConfig } from '@podpipe/runtime/config/topics-of.ts'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import { applyTopics, planTopics, type TopicChange } from '@podpipe/runtime/kafka/topics.ts'
import { listTopics } from '@podpipe/schemas/topics.ts'
import { Command, Option } from 'commander'
import { connectNow } from './connect-now.ts'

interface Options {
  readonly config: string
  readonly output: 'text' | 'json'
}

export function topicsCommand(): Command {
  const command = new Command('topics').description(
    'the topics of a Kafka cluster: what is missing, and making it',
  )
  for (const [name, description, act] of [
    ['plan', 'say what `apply` would do; change nothing', planTopics],
    ['apply', 'create missing topics and set their settings; safe to repeat', applyTopics],
  ] as const) {
    command
      .command(name)
      .description(description)
      .addOption(
        new Option('--config <file>', 'the configuration file').env('CONFIG_FILE').makeOptionMandatory(true),
      )
      .addOption(new Option('-o, --output <form>', 'what to print').choices(['text', 'json']).default('text'))
      .addHelpText('after', `\nExample:\n  podpipe topics ${name} --config config/config.yaml`)
      .action(async ({ config: file, output }: Options) => {
        const config = readConfig(file, process.env)
        const changes = await withClient(config, client => act(client, listTopics(topicsOfConfig(config))))
        process.stdout.write(
          output === 'json' ? `${JSON.stringify(changes)}\n` : textOf(changes, name === 'apply'),
        )
      })
  }
  return command
}

async function withClient<Result>(
  config: PodpipeConfig,
  work: (client: KafkaClient) => Promise<Result>,
): Promise<Result> {
  const { brokers } = config.kafka
  if (brokers.length === 0) {
    throw new ConfigurationError(
      `${config.file}: kafka.brokers names no cluster, so podpipe runs a broker of its own and makes its topics at each start; there is nothing to do.`,
    )
  }
  const client = await connectNow(config.file, brokers, 'topics')
  try {
    return await work(client)
  } finally {
    await client.close()
  }
}

function textOf(changes: readonly TopicChange[], done: boolean): string {
  return changes.map(change => `${change.topic.padEnd(24)} ${sentenceOf(change, done)}\n`).join('')
}

function sentenceOf(change: TopicChange, done: boolean): string {
  switch (change.change) {
    case 'none':
      return 'as it should be'
    case 'create':
      return `${done ? 'created' : 'to be created'} with ${change.partitions} partitions`
    case 'settings':
      return `${done ? 'set' : 'to be set'}: ${Object.entries(change.settings)
        .map(([name, value]) => `${name}=${value}`)
        .join(', ')}`
    case 'refused':
      return `REFUSED: ${change.why}`
  }
}
