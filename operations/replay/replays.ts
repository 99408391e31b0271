// Replays to outputs that run in this process, beside all others that Kafka knows. What is kept of them is in Kafka
// alone: when this process dies they are paused, and any other one can go on with them.

import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { ConfigurationError, reasonOf } from '@podpipe/runtime/errors.ts'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import { partOf, type Stop } from '@podpipe/runtime/stop.ts'
import { createPatientFetcher } from '../patient-fetcher.ts'
import { createToldLog } from '../told-log.ts'
import { listedOf, type ReplayAccount, type ReplayListed } from './account.ts'
import { endForGood } from './end-for-good.ts'
import { Meter } from './meter.ts'
import { countEvents, prepareReplay, type Wanted } from './prepare.ts'
import { type Preview, previewOf } from './preview.ts'
import { runReplay } from './run.ts'
import { type ReplayState, Signs } from './state.ts'
import { listReplays } from './stored.ts'

/** A replay as a console shows it: keys are only ever added. */
export interface ReplayShown extends Omit<ReplayListed, 'state'> {
  readonly state: ReplayState | 'pausing'
  /** Whether it runs in the process that was asked, where it can be paused. */
  readonly isHere: boolean
  /** Events a second at most, of its last run; null for no limit. Whoever resumes it here gets the same. */
  readonly limit: number | null
  /** Of its records, done. */
  readonly percent: number
  /** Events confirmed a second; null where it does not run. */
  readonly rate: number | null
  readonly secondsLeft: number | null
  /** What was odd about its last run here, as sentences. */
  readonly said: readonly string[]
  /** What broke its last run here off. */
  readonly failure: string | null
}

/** What would be sent, and what is odd about it. */
export interface ReplayOffer extends Preview {
  readonly said: readonly string[]
}

export interface Replays {
  /** All that Kafka knows, the latest first. */
  list(): Promise<ReplayShown[]>
  /** @throws ConfigurationError when it cannot be begun, with what to do */
  preview(wanted: Wanted, rate?: number): Promise<ReplayOffer>
  /**
   * Begins, or goes on with one. Resolves when its first note is made, and with its name.
   * @param options.onEnd is told once how the run ended, if it began
   * @throws ConfigurationError when it cannot be begun, with what to do
   */
  begin(
    wanted: Wanted,
    options?: { readonly rate?: number | undefined; readonly onEnd?: (end: ReplayEnd) => void },
  ): Promise<string>
  /** Stops one that runs here, in order: what is on its way is confirmed first. Resolves at once. */
  pause(name: string): void
  /** Stops one that runs here, or takes one that is paused, and keeps it as history only. */
  end(name: string): Promise<void>
  /** Resolves when nothing runs here any more. */
  ended(): Promise<void>
}

/** How a run of a replay ended. */
export interface ReplayEnd {
  /** Undefined where it broke off before there was one. */
  readonly account: ReplayAccount | undefined
  /** What broke it off; undefined where all is sent, or it was stopped in order. */
  readonly failure: string | undefined
}

interface Run {
  readonly pause: () => void
  isPausing: boolean
  readonly done: Promise<void>
}

interface Told {
  readonly said: string[]
  failure: string | null
}

/** Sentences of one run that are kept, at most. */
const mostSaid = 20

/**
 * @param config as it is now
 * @param stop of the process: replays end with it, in order
 */
export function createReplays({
  client,
  config,
  stop,
}: {
  readonly client: KafkaClient
  readonly config: () => PodpipeConfig
  readonly stop: Stop
}): Replays {
  const runs = new Map<string, Run>()
  const told = new Map<string, Told>()
  const meters = new Map<string, Meter>()
  const signs = new Signs()

  const prepared = async (wanted: Wanted, alone: boolean, said: string[]) => {
    const say = (sentence: string): void => {
      if (said.length < mostSaid) said.push(sentence)
    }
    const log = createToldLog(say)
    const fetcher = await createPatientFetcher({ ...client, log })
    try {
      const now = config()
      return {
        ...(await prepareReplay({ client, fetcher, config: now, wanted, alone, say })),
        fetcher,
        log,
        now,
      }
    } catch (error) {
      await fetcher.close()
      throw error
    }
  }

  const runHere = (name: string): Run => {
    const run = runs.get(name)
    if (run !== undefined) return run
    throw new ConfigurationError(
      `${name}: does not run in this console, but in another process or not at all. Stop it where it runs: with Ctrl-C at its podpipe replay, or in the console that began it.`,
    )
  }

  return {
    async list() {
      const { prefix } = config().kafka
      const stored = await listReplays(client, prefix)
      const now = performance.now()
      const names = new Set(stored.map(({ name }) => name))
      signs.keep(names)
      for (const name of told.keys()) if (!names.has(name)) told.delete(name)
      const shown = stored.map((replay): ReplayShown => {
        const listed = listedOf(replay)
        const { name, done, records, confirmed } = listed
        const run = runs.get(name)
        const seen = signs.stateOf(replay, now)
        const state = run === undefined ? seen : run.isPausing ? 'pausing' : 'running'
        const meter = state === 'running' ? (meters.get(name) ?? new Meter()) : undefined
        if (meter === undefined) meters.delete(name)
        else meters.set(name, meter)
        meter?.add({ at: now, confirmed, done, records })
        const pace = meter?.pace()
        return {
          ...listed,
          state,
          isHere: run !== undefined,
          limit: replay.run.rate ?? null,
          percent: records === 0 ? 100 : Math.floor((done * 100) / records),
          rate: pace?.rate ?? null,
          secondsLeft: pace?.secondsLeft ?? null,
          said: told.get(name)?.said ?? [],
          failure: told.get(name)?.failure ?? null,
        }
      })
      return shown.sort((a, b) => b.begun.localeCompare(a.begun))
    },

    async preview(wanted, rate) {
      const said: string[] = []
      const { fetcher, ...job } = await prepared(wanted, false, said)
      const events = await countEvents(fetcher, job, false).finally(() => fetcher.close())
      return { ...previewOf({ ...job, rate, events }), said }
    },

    async begin(wanted, { rate, onEnd = () => undefined } = {}) {
      const said: string[] = []
      const { fetcher, log, now, ...job } = await prepared(wanted, true, said)
      const { name } = job
      // Between the look for others and here another request may have begun the same.
      if (runs.has(name)) {
        await fetcher.close()
        throw new ConfigurationError(`${name}: runs here already. Watch it, or pause it first.`)
      }
      const part = partOf(stop, now.stopBudgetMs)
      const begun = Promise.withResolvers<void>()
      const words: Told = { said, failure: null }
      const running = runReplay({
        ...job,
        client,
        config: now,
        fetcher,
        log,
        // Who had it go slowly has a reason, and goes on with it.
        rate: rate ?? job.stored?.run.rate,
        stop: part.stop,
        onBegin: begun.resolve,
      })
      const done = running
        .then(
          ({ account, failure }) => {
            words.failure = failure === undefined ? null : reasonOf(failure)
            onEnd({ account, failure: words.failure ?? undefined })
          },
          error => {
            words.failure = reasonOf(error)
            begun.reject(error)
            onEnd({ account: undefined, failure: words.failure })
          },
        )
        .finally(async () => {
          runs.delete(name)
          await fetcher.close()
        })
      runs.set(name, { pause: part.end, isPausing: false, done })
      told.set(name, words)
      // An end before the first event is a beginning too.
      await Promise.race([begun.promise, done])
      return name
    },

    pause(name) {
      const run = runHere(name)
      run.isPausing = true
      run.pause()
    },

    async end(name) {
      const run = runs.get(name)
      if (run !== undefined) {
        run.isPausing = true
        run.pause()
        await run.done
      }
      await endForGood(client, config().kafka.prefix, name)
    },

    async ended() {
      await Promise.all([...runs.values()].map(({ done }) => done))
    },
  }
}
