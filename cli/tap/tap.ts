// `podpipe tap`: the records of a topic as lines, decoded, for a person or for a pipe.

import { once } from 'node:events'
import { createPatientFetcher } from '@podpipe/operations/patient-fetcher.ts'
import { servicesOf } from '@podpipe/operations/services-of.ts'
import { readTopic } from '@podpipe/operations/tap/read.ts'
import { isAskedFor, type Show, showOf } from '@podpipe/operations/tap/shown.ts'
import { type Stage, stages } from '@podpipe/operations/tap/stages.ts'
import { shownTime, timeForms, timeOption } from '@podpipe/operations/times.ts'
import { type FileNames, readConfig } from '@podpipe/runtime/config/read.ts'
import { topicsOfConfig } from '@podpipe/runtime/config/topics-of.ts'
import { ConfigurationError, exitCodes } from '@podpipe/runtime/errors.ts'
import type { KafkaRecord } from '@podpipe/runtime/kafka/read/record.ts'
import { listenForSignals } from '@podpipe/runtime/signals.ts'
import { Argument, Command, InvalidArgumentError, Option } from 'commander'
import { configOption, serviceOption } from '../common-options.ts'
import { withRunningKafka } from '../with-running-kafka.ts'
import { lineOf } from './line.ts'

interface Options {
  readonly config?: FileNames
  readonly service: readonly string[]
  readonly from?: string
  readonly follow?: boolean
  readonly match?: string
  readonly limit?: number
  readonly format: 'text' | 'json' | 'payload'
}

export function tapCommand(): Command {
  return new Command('tap')
    .description('show the records of a topic, decoded')
    .addArgument(new Argument('<stage>', 'which records').choices(stages))
    .addOption(configOption())
    .addOption(serviceOption())
    .option(
      '--from <time>',
      `begin at a time: ${timeForms}; without it with the oldest record, or with --follow now`,
    )
    .option('--follow', 'go on with what comes, until Ctrl-C')
    .option('--match <text>', 'only records that contain a text, or id=… for those of an event')
    .option('--limit <n>', 'end after so many', parseLimit)
    .addOption(
      new Option('--format <form>', 'what to print of each')
        .choices(['text', 'json', 'payload'])
        .default('text'),
    )
    .addHelpText(
      'after',
      `
Only what is committed is shown, each partition in its order. Events are shown as they are: mind who looks on.
Times are those at which Kafka had the raw record. Exit codes: 0 something was shown, 1 there is no such record.

Examples:
  podpipe tap unique --service message --follow
  podpipe tap rejected --from 2024-05-22T12:00:00Z --format json | jq .reason
  podpipe tap raw --match id=rkuzwIede_tYDQ`,
    )
    .action(run)
}

async function run(stage: Stage, options: Options): Promise<void> {
  const { follow = false, match, limit = Number.POSITIVE_INFINITY, format } = options
  const config = readConfig(options.config, process.env)
  const from =
    options.from === undefined ? (follow ? 'now' : 'oldest') : timeOption('--from', options.from, Date.now())
  const topics = topicsOfConfig(config)
  const shows = new Map<string, Show>()
  for (const service of servicesOf(config, options.service)) {
    const { topic, show } = showOf(stage, service, topics)
    shows.set(topic, show)
  }
  const done = new AbortController()
  listenForSignals(
    () => done.abort(),
    () => process.exit(130),
  )

  let left = limit
  let found = 0
  let drained: Promise<void> | undefined
  const print = async (records: readonly KafkaRecord[], show: Show): Promise<void> => {
    const lines: string[] = []
    for (const record of records) {
      if (left === 0) break
      const shown = show(record)
      if (!isAskedFor(shown, match)) continue
      lines.push(`${lineOf(shown, format)}\n`)
      left--
      found++
    }
    if (lines.length > 0 && !process.stdout.write(lines.join('')) && !done.signal.aborted) {
      // All partitions wait for the same.
      drained ??= once(process.stdout, 'drain', { signal: done.signal })
        .catch(() => undefined)
        .then(() => {
          drained = undefined
        })
      await drained
    }
    if (left === 0) done.abort()
  }

  await withRunningKafka(config, 'tap', async client => {
    const fetcher = await createPatientFetcher(client)
    const known = new Set(await client.admin.listTopics())
    try {
      await Promise.all(
        [...shows].map(([topic, show]) => {
          if (!known.has(topic)) {
            throw new ConfigurationError(
              `${client.brokers.join(', ')}: topic ${topic} does not exist. Check kafka.brokers and kafka.prefix, or make it with podpipe topics apply.`,
            )
          }
          const onRecords = (records: readonly KafkaRecord[]): Promise<void> => print(records, show)
          return readTopic({
            client,
            fetcher,
            topic,
            isOrdered: stage !== 'rejected',
            from,
            follow,
            signal: done.signal,
            onRecords,
          })
        }),
      )
    } finally {
      await fetcher.close()
    }
    if (found > 0 || follow || done.signal.aborted) return
    process.exitCode = exitCodes.failed
    const since = typeof from === 'number' ? ` since ${shownTime(from)} (UTC)` : ''
    process.stderr.write(
      `podpipe: there is no ${match === undefined ? '' : 'such '}record${since} in ${[...shows.keys()].join(', ')}.${typeof from === 'number' ? ' Look further back with --from.' : ''}\n`,
    )
  })
}

function parseLimit(text: string): number {
  const limit = Number(text)
  if (!/^\d+$/.test(text) || limit < 1) throw new InvalidArgumentError('a limit is a whole number from 1 on')
  return limit
}
