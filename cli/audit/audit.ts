// `podpipe audit`: proves from the topics alone that dedup has lost and doubled nothing.

import { type Audited, audit } from '@podpipe/dedup/audit/audit.ts'
import { windowsOf } from '@podpipe/dedup/task.ts'
import { createPatientFetcher } from '@podpipe/operations/patient-fetcher.ts'
import { flowOf, requireTopics } from '@podpipe/operations/require-topics.ts'
import { servicesOf } from '@podpipe/operations/services-of.ts'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { type FileNames, readConfig } from '@podpipe/runtime/config/read.ts'
import { topicsOfConfig } from '@podpipe/runtime/config/topics-of.ts'
import { exitCodes } from '@podpipe/runtime/errors.ts'
import { Command } from 'commander'
import { configOption, outputOption } from '../common-options.ts'
import { withRunningKafka } from '../with-running-kafka.ts'
import { linesOf, reportOf, sentenceOf, sumOf } from './audit-report.ts'

interface Options {
  readonly config?: FileNames
  readonly service?: string
  readonly deep?: boolean
  readonly output: 'text' | 'json'
}

export function auditCommand(): Command {
  return new Command('audit')
    .description('prove from the topics alone that dedup has lost and doubled nothing')
    .addOption(configOption())
    .option('--service <service>', 'only this kind of event; without it, every one')
    .option('--deep', 'compare contents too: every event with its raw record, every drop with its first copy')
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
Writes nothing, and may run while podpipe works: it accounts for what was decided when it began.
It reads the ledger, unique and rejected whole and keeps a number for each reject.
With --deep it reads raw as well, one partition after the other, and keeps a digest of some 200 bytes for each
event that was accepted within the longest of dedup's windows.

Exit codes: 0 the account closes; 1 it does not, and the first disagreement is told.

Example:
  podpipe audit --deep --config config/config.yaml`,
    )
    .action(run)
}

async function run(options: Options): Promise<void> {
  const { config: file, service, deep = false, output } = options
  const json = output === 'json'
  const config = readConfig(file, process.env)
  const topics = topicsOfConfig({
    ...config,
    services: servicesOf(config, service === undefined ? [] : [service]),
  })
  await withRunningKafka(config, 'audit', async client => {
    await requireTopics(client, [...flowOf(topics), topics.rejected], 'so there is no account to hold')
    const partitions: Audited[] = []
    const fetcher = await createPatientFetcher(client)
    try {
      for await (const audited of audit(fetcher, topics, { deep: deep ? lookupOf(config) : undefined })) {
        partitions.push(audited)
        if (!json) process.stdout.write(`${linesOf(audited).join('\n')}\n`)
      }
    } finally {
      await fetcher.close()
    }
    const report = reportOf(partitions, deep)
    if (json) process.stdout.write(`${JSON.stringify(report)}\n`)
    else if (report.closes) process.stdout.write(`\n${sumOf(report)}\n`)
    if (report.disagreement === null) return
    process.stderr.write(`podpipe: ${sentenceOf(report.disagreement)}\n`)
    process.exitCode = exitCodes.failed
  })
}

const lookupOf = (config: PodpipeConfig) => ({ windows: windowsOf(config), variants: config.dedup.variants })
