// `podpipe replay --through dedup`: from its options to its account.

import { nameOf, rangeOf, requireName } from '@podpipe/operations/replay/range.ts'
import { servicesOf } from '@podpipe/operations/services-of.ts'
import { type FileNames, readConfig } from '@podpipe/runtime/config/read.ts'
import { withRunningKafka } from '../../with-running-kafka.ts'
import { replayDedup } from './decide.ts'
import { sentenceOf } from './report.ts'

export interface DedupOptions {
  readonly config: FileNames
  readonly from: string
  readonly to: string
  readonly service: readonly string[]
  readonly name?: string
  readonly approximate?: true
  readonly overwrite?: true
  readonly dryRun?: true
  readonly json: boolean
}

export async function startThroughDedup(options: DedupOptions): Promise<void> {
  const { approximate = false, overwrite = false, dryRun = false, json, service } = options
  const range = rangeOf(options.from, options.to, Date.now())
  const config = readConfig(options.config, process.env)
  const services = servicesOf(config, service)
  const name = options.name === undefined ? nameOf(range, ...service) : requireName(options.name)
  await withRunningKafka(config, 'replay', async client => {
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
