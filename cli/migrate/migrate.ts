// `podpipe migrate`: what a folder of the vendor's collector holds, and the positions that ingest begins with.

import { archiveTimeOption, timeForms } from '@podpipe/operations/times.ts'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { topicsOfConfig } from '@podpipe/runtime/config/topics-of.ts'
import { ConfigurationError, exitCodes } from '@podpipe/runtime/errors.ts'
import { groupOf, sessionKeyOf } from '@podpipe/schemas/names.ts'
import { Command } from 'commander'
import { outputOption } from '../common-options.ts'
import { positionAt } from '../positions/position-change.ts'
import { readPositions, requireStopped, writePosition } from '../positions/stored-positions.ts'
import { withRunningKafka } from '../with-running-kafka.ts'
import { type Beginning, planBeginnings } from './migrate-plan.ts'
import { type Fate, reportMigration, textOf } from './migrate-report.ts'
import { readVendorFolder } from './vendor-folder.ts'

interface Options {
  readonly config?: string
  readonly since?: string
  readonly apply?: boolean
  readonly overwrite?: boolean
  readonly output: 'text' | 'json'
}

export function migrateCommand(): Command {
  return new Command('migrate')
    .description("look at a folder of the vendor's collector, and go on from where it stopped")
    .argument('<dir>', 'the folder that holds config/, certs/ and state/')
    .option('--config <file>', 'the configuration file, if it is not config/config.yaml of the folder')
    .option('--since <time>', `where to go on from if the state does not say it, or earlier; ${timeForms}`)
    .option('--apply', 'write the positions; without it nothing is changed')
    .option('--overwrite', 'also where podpipe has a position already')
    .addOption(outputOption())
    .addHelpText(
      'after',
      '\nExamples:\n  podpipe migrate /opt/devo-collectors/proofpoint\n  podpipe migrate /opt/devo-collectors/proofpoint --since 2024-05-22T10:00:00Z --apply',
    )
    .action(migrate)
}

async function migrate(directory: string, options: Options): Promise<void> {
  const now = Date.now()
  const since = options.since === undefined ? undefined : archiveTimeOption('--since', options.since, now)
  const folder = readVendorFolder(directory, options.config, process.env, now)
  const beginnings = planBeginnings(folder, since)
  const show = (fates: ReadonlyMap<string, Fate>): void => {
    const report = reportMigration(folder, beginnings, fates, now)
    const shown = options.output === 'json' ? JSON.stringify(report) : textOf(report, folder)
    process.stdout.write(`${shown}\n`)
  }
  if (!('good' in folder.config)) {
    show(new Map())
    process.exitCode = exitCodes.configuration
    return
  }
  if (!options.apply) return show(new Map())
  // None is written before all are known: a stream without a position would begin with live data only.
  const missing = beginnings.filter(({ from }) => from === undefined)
  if (missing.length > 0) {
    const why = missing.map(each => `${each.session} (${each.why})`).join(', ')
    throw new ConfigurationError(
      `Nothing was changed: it is not known where to go on from for ${why}. Name a time with --since, such as --since ${new Date(now - 7_200_000).toISOString()}; what is fetched twice, dedup removes.`,
    )
  }
  await writeBeginnings(folder.config.good, beginnings, options.overwrite ?? false, show)
}

async function writeBeginnings(
  config: PodpipeConfig,
  beginnings: readonly Beginning[],
  overwrite: boolean,
  show: (fates: ReadonlyMap<string, Fate>) => void,
): Promise<void> {
  const { positions: topic } = topicsOfConfig(config)
  const groupId = groupOf(config.kafka.prefix, 'ingest')
  await withRunningKafka(config, 'migrate', async client => {
    const stored = await readPositions(client, topic)
    await requireStopped(client, groupId)
    const fates = new Map<string, Fate>()
    for (const { cluster, services } of config.inputs) {
      for (const { service, startTime } of services) {
        const session = sessionKeyOf(cluster, service)
        const from = beginnings.find(each => each.session === session)?.from
        if (from === undefined) continue
        const found = stored.get(session)
        if (found !== undefined && !overwrite) {
          fates.set(session, 'kept')
          continue
        }
        const previous = found !== undefined && 'position' in found ? found.position : undefined
        const moved = positionAt(previous, { cluster, service }, from, startTime)
        // How the collector's last session ended is not known: what was on its way then is in doubt.
        const position = { ...moved, clean: false }
        await writePosition({ client, topic, groupId, session, position })
        fates.set(session, 'written')
      }
    }
    show(fates)
  })
}
