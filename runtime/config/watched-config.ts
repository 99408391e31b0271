// The configuration while podpipe runs: read again when its files change or when somebody asks, and put to use as far as
// that goes without a restart. A bad one changes nothing.

import type { Log } from '../log.ts'
import type { ServiceName } from '../service.ts'
import { watchFiles } from '../watched-files.ts'
import { type Change, changesBetween, usableNow } from './changes.ts'
import type { PodpipeConfig } from './config.ts'

export interface LiveConfig {
  /** What counts now; frozen. What needs a restart is as it was at the start. */
  readonly current: PodpipeConfig
  /** Calls back with each next one, once `current` is it. */
  onChange(use: (config: PodpipeConfig) => void): void
}

/** What /status tells of it. */
export interface ConfigStatus {
  readonly files: readonly string[]
  /** When what is in use was read, ISO 8601. */
  readonly read_at: string
  /** Why the files as they are now are not in use. */
  readonly problem?: string
  /** Keys that count after the next start only, and why. */
  readonly needs_restart: readonly string[]
  /** Which revision of each collector of the console counts here; absent where none was ever added. */
  readonly collectors?: readonly {
    readonly name: string
    readonly revision: number
    readonly usable: boolean
  }[]
}

export interface WatchedConfig extends LiveConfig {
  /** Reads again now, whether or not a file has changed. */
  reload(): void
  /** Looks whether a file has changed, as it does every second by itself. */
  look(): void
  /**
   * Adds something to each configuration of the files from now on, and at once. Calling it again is how what it adds is
   * put to use when that has changed.
   */
  addTo(add: (files: PodpipeConfig) => PodpipeConfig): void
  status(): ConfigStatus
  stop(): void
}

const lookMs = 1_000

/**
 * Watches the files behind a configuration.
 * @param options.first what is in use
 * @param options.read reads the whole configuration; throws ConfigurationError
 * @param options.concern the service that this process is; undefined for one that only has its own log to set
 * @param options.tellsWarnings whether this one of the several that watch the same files says what is odd in them
 */
export function watchConfig(options: {
  readonly first: PodpipeConfig
  readonly read: () => PodpipeConfig
  readonly concern?: ServiceName | undefined
  readonly tellsWarnings: boolean
  readonly log: Log
}): WatchedConfig {
  const { first, read, concern, tellsWarnings, log } = options
  const users: ((config: PodpipeConfig) => void)[] = []
  let current = first
  let ofFiles = first
  let added = (config: PodpipeConfig): PodpipeConfig => config
  let readAt = new Date()
  let warnings = first.warnings
  let waiting: readonly Change[] = []

  const watched = watchFiles({
    files: first.files,
    read,
    use(next, isAsked) {
      ofFiles = next
      use(added(next), isAsked)
    },
    tellProblem: reason =>
      log.error(
        { files: first.files, reason },
        'the configuration cannot be used as it is now; podpipe goes on with the last good one. Correct the file; it is read again by itself',
      ),
    tellGood: () => log.info({ files: first.files }, 'the configuration is good again'),
  })

  function use(next: PodpipeConfig, isAsked: boolean): void {
    if (tellsWarnings) for (const each of next.warnings) if (!warnings.includes(each)) log.warn(each)
    warnings = next.warnings
    const changes = changesBetween(current, next)
    const mine = changes.filter(({ concerns }) => concern !== undefined && concerns.includes(concern))
    const [now, later] = [mine.filter(isLive), mine.filter(change => !isLive(change))]
    // A new revision of a collector counts also where it says the same of its sessions, or cannot be used.
    if (changes.some(isLive) || collectorsOf(current) !== collectorsOf(next)) {
      current = Object.freeze(usableNow(current, next))
      readAt = new Date()
      for (const each of users) each(current)
    }
    if (now.length > 0) {
      log.info({ changes: now.map(textOf) }, 'the configuration has changed and is in use')
    } else if (isAsked && later.length === 0 && concern !== undefined) {
      log.info(
        { files: first.files },
        'the configuration has been read again; nothing has changed for this service',
      )
    }
    for (const change of later) {
      if (!isAsked && waiting.some(({ key }) => key === change.key)) continue
      log.warn(
        { key: change.key },
        `${change.key} has changed and needs a restart of podpipe: ${change.why}. Until then it is as it was`,
      )
    }
    waiting = later
  }

  const timer = setInterval(watched.look, lookMs)
  timer.unref()
  return {
    get current() {
      return current
    },
    onChange: each => void users.push(each),
    reload: watched.reload,
    look: watched.look,
    addTo(add) {
      added = add
      use(add(ofFiles), false)
    },
    status: () => ({
      files: first.files,
      read_at: readAt.toISOString(),
      ...(watched.problem !== undefined && { problem: watched.problem }),
      needs_restart: waiting.map(({ key, why }) => `${key}: ${why}`),
      ...(current.collectors !== undefined && {
        collectors: current.collectors.map(({ name, revision, problem }) => ({
          ...{ name, revision, usable: problem === undefined },
        })),
      }),
    }),
    stop: () => clearInterval(timer),
  }
}

const collectorsOf = ({ collectors = [] }: PodpipeConfig): string => JSON.stringify(collectors)

const isLive = ({ effect }: Change): boolean => effect !== 'restart'

const textOf = ({ key, what, effect }: Change): string =>
  `${key} ${what}${effect === 'part' && what === 'changed' ? ', begun anew' : ''}`
