// The redrive that runs in this process: one at a time, watched while it runs. What it has done is noted in Kafka; when
// the process dies, the next one goes on with what is left.

import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { ConfigurationError, reasonOf } from '@podpipe/runtime/errors.ts'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'
import { createPatientFetcher } from '../patient-fetcher.ts'
import { accountOf, type RedriveAccount } from './redrive-account.ts'
import { type RedriveAsked, redriveAll } from './redrive-all.ts'

/** How a redrive stands: keys are only ever added. */
export interface RedriveShown {
  /** `stopped`: by a person, or with the process; what is left is offered again. */
  readonly state: 'running' | 'stopping' | 'done' | 'stopped' | 'failed'
  /** ISO 8601, UTC; `ended` is null while it runs. */
  readonly begun: string
  readonly ended: string | null
  readonly account: RedriveAccount
  readonly failure: string | null
}

export interface Redrives {
  /**
   * @param onEnd is told once how it ended
   * @throws ConfigurationError while another one runs
   */
  begin(asked: RedriveAsked, onEnd?: (end: RedriveShown) => void): RedriveShown
  /** The one that runs, or ran last; undefined where none has. */
  current(): RedriveShown | undefined
  /** Ends the one that runs, behind the portion that is under way. */
  stop(): void
  /** Resolves when nothing runs any more. */
  ended(): Promise<void>
}

/** @param options.stop fires when the process is to end */
export function createRedrives({
  client,
  topics,
  config,
  stop,
}: {
  readonly client: KafkaClient
  readonly topics: Topics
  readonly config: () => Pick<PodpipeConfig, 'inputs'>
  readonly stop: AbortSignal
}): Redrives {
  let shown: RedriveShown | undefined
  let stopping = new AbortController()
  let running: Promise<void> = Promise.resolve()

  const run = async (asked: RedriveAsked, signal: AbortSignal): Promise<RedriveShown['state']> => {
    const fetcher = await createPatientFetcher(client)
    try {
      const onAccount = (account: RedriveAccount): void => {
        if (shown !== undefined) shown = { ...shown, account }
      }
      const { isWhole } = await redriveAll({ client, fetcher, topics }, config(), asked, {
        dryRun: false,
        signal,
        onAccount,
      })
      return isWhole ? 'done' : 'stopped'
    } finally {
      await fetcher.close()
    }
  }

  return {
    begin(asked, onEnd = () => undefined) {
      if (shown !== undefined && shown.ended === null) {
        throw new ConfigurationError(
          'Redrive: another one runs in this console. Wait for its end, or stop it; what it leaves is offered again.',
        )
      }
      stopping = new AbortController()
      const begun: RedriveShown = {
        state: 'running',
        begun: new Date().toISOString(),
        ended: null,
        account: accountOf([], 0, false),
        failure: null,
      }
      shown = begun
      const end = (state: RedriveShown['state'], failure: string | null): void => {
        const ended = { ...(shown ?? begun), state, failure, ended: new Date().toISOString() }
        shown = ended
        onEnd(ended)
      }
      running = run(asked, AbortSignal.any([stopping.signal, stop])).then(
        state => end(state, null),
        error => end('failed', reasonOf(error)),
      )
      return begun
    },
    current: () => shown,
    stop() {
      if (shown === undefined || shown.ended !== null) return
      shown = { ...shown, state: 'stopping' }
      stopping.abort()
    },
    ended: () => running,
  }
}
