// `podpipe find`: the way of one event, from Proofpoint's frame to the proof of delivery.

import { findReportOf, findWays } from '@podpipe/operations/find/find.ts'
import { createPatientFetcher } from '@podpipe/operations/patient-fetcher.ts'
import { servicesOf } from '@podpipe/operations/services-of.ts'
import { shownTime, timeForms, timeOption } from '@podpipe/operations/times.ts'
import { type FileNames, readConfig } from '@podpipe/runtime/config/read.ts'
import { topicsOfConfig } from '@podpipe/runtime/config/topics-of.ts'
import { exitCodes } from '@podpipe/runtime/errors.ts'
import { Command } from 'commander'
import { configOption, outputOption, serviceOption } from '../common-options.ts'
import { withRunningKafka } from '../with-running-kafka.ts'
import { linesOf } from './way-text.ts'

interface Options {
  readonly config?: FileNames
  readonly service: readonly string[]
  readonly from: string
  readonly output: 'text' | 'json'
}

export function findCommand(): Command {
  return new Command('find')
    .description('the way of one event: received, decided, delivered')
    .argument(
      '<id>',
      'guid of a message or an audit event, id of a maillog event, or the digest of one without',
    )
    .addOption(configOption())
    .addOption(serviceOption())
    .option('--from <time>', `look from a time on: ${timeForms}`, '-24h')
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
An id lies in one partition of each kind of event, and that is read from the time on. Exit codes: 0 found, 1 not found.

Example:
  podpipe find rkuzwIede_tYDQ --service message --from -90m --config config/config.yaml`,
    )
    .action(run)
}

async function run(id: string, { config: file, service, from: since, output }: Options): Promise<void> {
  const config = readConfig(file, process.env)
  const from = timeOption('--from', since, Date.now())
  const topics = topicsOfConfig(config)
  await withRunningKafka(config, 'find', async client => {
    const fetcher = await createPatientFetcher(client)
    try {
      const lookup = { client, fetcher, topics, prefix: config.kafka.prefix, outputs: config.outputs, from }
      const ways = await findWays(id, servicesOf(config, service), lookup)
      if (output === 'json') {
        process.stdout.write(`${JSON.stringify(findReportOf(id, from, ways))}\n`)
      } else {
        for (const { found, steps } of ways) process.stdout.write(`${linesOf(found, steps).join('\n')}\n`)
      }
      if (ways.length > 0) return
      process.exitCode = exitCodes.failed
      process.stderr.write(
        `podpipe: nothing with the id ${JSON.stringify(id)} came since ${shownTime(from)}. Look further back with --from; raw is kept for 7 days.\n`,
      )
    } finally {
      await fetcher.close()
    }
  })
}
