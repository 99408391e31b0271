// What `podpipe migrate` says, line by line: what it found, what differs, what to do next. Pure.

import { join } from 'node:path'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { durationText } from '@podpipe/runtime/config/values/units.ts'
import { agoOf } from '../positions/position-report.ts'
import type { Beginning } from './migrate-plan.ts'
import type { StateFile, VendorFolder } from './vendor-folder.ts'

/** What became of a session's position under --apply. */
export type Fate = 'written' | 'kept'

/** As `-o json` prints it: keys are only ever added. Times are ISO 8601, UTC. */
export interface MigrationReport {
  readonly directory: string
  readonly configuration: {
    readonly file: string
    readonly faults: readonly string[]
    readonly warnings: readonly string[]
  }
  readonly versions: VendorFolder['versions']
  readonly certificates: VendorFolder['certificates']
  readonly credentials: number
  readonly states: readonly {
    readonly file: string
    readonly writtenAt: string
    /** Null for a name that no stream of the configuration has. */
    readonly session: string | null
    readonly times: readonly { readonly path: string; readonly time: string }[]
    readonly chosen: string | null
    readonly doubt: string | null
  }[]
  readonly beginnings: readonly {
    readonly session: string
    /** Null where nothing says from when on. */
    readonly from: string | null
    readonly why: string
    /** Null without --apply. */
    readonly position: Fate | null
  }[]
  readonly differences: readonly string[]
  readonly next: readonly string[]
}

const iso = (time: number): string => new Date(time).toISOString()

/** @param fates by session, empty without --apply */
export function reportMigration(
  folder: VendorFolder,
  beginnings: readonly Beginning[],
  fates: ReadonlyMap<string, Fate>,
  now: number,
): MigrationReport {
  const { directory, configFile, config, versions, certificates, credentials, states } = folder
  const good = 'good' in config ? config.good : undefined
  return {
    directory,
    configuration: {
      file: configFile,
      faults: 'faults' in config ? config.faults : [],
      warnings: good?.warnings ?? [],
    },
    versions,
    certificates,
    credentials,
    states: states.map(({ file, writtenAt, owner, found, choice }) => ({
      file,
      writtenAt: iso(writtenAt),
      session: owner?.session ?? null,
      times: found.map(({ path, time }) => ({ path, time: iso(time) })),
      chosen: 'chosen' in choice ? choice.chosen.path : null,
      doubt: 'doubt' in choice ? choice.doubt : null,
    })),
    beginnings: beginnings.map(({ session, from, why }) => ({
      session,
      from: from === undefined ? null : iso(from),
      why,
      position: fates.get(session) ?? null,
    })),
    differences: good === undefined ? [] : differencesOf(good),
    next: nextOf(folder, beginnings, fates, now),
  }
}

function differencesOf({ dedup, kafka, stateDirectory }: PodpipeConfig): string[] {
  const embedded = kafka.brokers.length === 0
  return [
    `podpipe lets an event through once within ${durationText(dedup.windowMs)} (dedup.window)`,
    embedded
      ? `podpipe runs a Kafka of its own and keeps its data in ${join(stateDirectory, 'kafka')}: 7 days of events, which need disk`
      : `podpipe keeps 7 days of events in your Kafka, ${kafka.brokers.join(', ')}`,
    ...(embedded
      ? [
          `podpipe needs Java 17 or newer for it, and Maven or KAFKA_HOME for its jars; its heap is ${kafka.heap} (kafka.heap)`,
        ]
      : []),
    `podpipe runs three processes; dedup remembers ids in up to ${dedup.maxMemory} bytes (dedup.max_memory)`,
    "podpipe does not read the collector's state again after this, and never writes to it",
  ]
}

// Within this time of its last write, a state file may still have a collector that writes to it.
const recent = 15 * 60_000

function nextOf(
  { configFile, config, states }: VendorFolder,
  beginnings: readonly Beginning[],
  fates: ReadonlyMap<string, Fate>,
  now: number,
): string[] {
  if ('faults' in config) return ['put the configuration right, and repeat this command']
  const [latest] = states.map(({ writtenAt }) => writtenAt).sort((a, b) => b - a)
  const stillRuns = latest !== undefined && now - latest < recent
  const stop = stillRuns
    ? [
        `stop the collector, if it still runs (its state was written ${agoOf(now - latest)}): a key has one session, and a second one is answered with 409`,
      ]
    : []
  if (fates.size > 0) return [...stop, `start podpipe: podpipe run all --config ${configFile}`]
  const missing = beginnings.filter(({ from }) => from === undefined).map(({ session }) => session)
  return [
    ...stop,
    ...(missing.length === 0 ? [] : [`name a time for ${missing.join(', ')}: --since TIME`]),
    'repeat this command with --apply once the collector has stopped; without it nothing is changed',
  ]
}

/** The report for a person. */
export function textOf(report: MigrationReport, folder: VendorFolder): string {
  const { configuration, versions, certificates, credentials, beginnings, differences, next } = report
  const good = configuration.faults.length === 0
  return [
    `folder         ${report.directory}`,
    ...(versions.length === 0 ? ['collector      no file names its version'] : []),
    ...versions.map(({ file, version }) => `collector      version ${version}, by ${file}`),
    `configuration  ${configuration.file}: ${good ? 'valid' : `faults: ${configuration.faults.length}`}`,
    ...configuration.faults.map(fault => `  ${fault.replaceAll('\n', '\n  ')}`),
    ...configuration.warnings.map(warning => `  warning: ${warning}`),
    ...certificates.map(({ file, daysLeft }) => `certificate    ${file}: ${daysText(daysLeft)}`),
    ...(credentials === 0 ? [] : [`credentials    ${credentials} files, which podpipe does not read`]),
    ...(folder.states.length === 0 ? ['state          no files'] : []),
    ...folder.states.flatMap(stateLines),
    ...beginnings.map(
      ({ session, from, why, position }) =>
        `begin          ${session} ${from === null ? `needs --since: ${why}` : `at ${from}, by ${why}`}${fateText(position)}`,
    ),
    ...differences.map(each => `differs        ${each}`),
    ...next.map(each => `next           ${each}`),
  ].join('\n')
}

const daysText = (days: number): string => (days < 0 ? `ended ${-days} days ago` : `${days} days left`)

const fateText = (fate: Fate | null): string =>
  fate === null
    ? ''
    : fate === 'written'
      ? '; position written'
      : '; a position exists and is kept, unless --overwrite is given'

function stateLines({ file, owner, found, choice }: StateFile): string[] {
  const whose =
    owner === undefined
      ? 'of no stream in the configuration; it may hold events that the collector had not sent'
      : `of ${owner.session}, as ${owner.input};${owner.id};${owner.service};${owner.submodule}`
  return [
    `state          ${file}: ${whose}`,
    ...found.map(each => {
      const isChosen = 'chosen' in choice && choice.chosen === each
      return `  ${each.path} ${iso(each.time)}${isChosen ? ', taken' : ''}`
    }),
    ...('doubt' in choice ? [`  no time taken: ${choice.doubt}`] : []),
  ]
}
