// `podpipe lag`: how far dedup and every output are behind, in records and in time.

import { whatIsBehind } from '@podpipe/operations/lag/behind.ts'
import { createPatientFetcher } from '@podpipe/operations/patient-fetcher.ts'
import { flowOf, requireTopics } from '@podpipe/operations/require-topics.ts'
import { servicesOf } from '@podpipe/operations/services-of.ts'
import { type FileNames, readConfig } from '@podpipe/runtime/config/read.ts'
import { topicsOfConfig } from '@podpipe/runtime/config/topics-of.ts'
import { Command } from 'commander'
import { configOption, outputOption, serviceOption } from '../common-options.ts'
import { withRunningKafka } from '../with-running-kafka.ts'
import { lagText } from './lag-text.ts'

interface Options {
  readonly config?: FileNames
  readonly service: readonly string[]
  readonly partitions?: boolean
  readonly output: 'text' | 'json'
}

export function lagCommand(): Command {
  return new Command('lag')
    .description('how far dedup and every output are behind, in records and in time')
    .addOption(configOption())
    .addOption(serviceOption())
    .option('--partitions', 'a line for each partition as well')
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
Asked of Kafka and not of the services, so that it is known also while they do not run. A time is the age of the oldest
record that is not done; marks of transactions count among the records.

Example:
  podpipe lag --partitions --config config/config.yaml`,
    )
    .action(async ({ config: file, service, partitions = false, output }: Options) => {
      const config = readConfig(file, process.env)
      const topics = topicsOfConfig({ ...config, services: servicesOf(config, service) })
      await withRunningKafka(config, 'lag', async client => {
        await requireTopics(client, flowOf(topics), 'so nothing can be behind')
        const fetcher = await createPatientFetcher(client)
        try {
          const report = await whatIsBehind(client, fetcher, topics, config)
          process.stdout.write(
            `${output === 'json' ? JSON.stringify(report) : lagText(report, partitions)}\n`,
          )
        } finally {
          await fetcher.close()
        }
      })
    })
}
