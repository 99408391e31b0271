// Starts the broker's process and waits until it serves: a broker is up when it answers as itself.

import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '../log.ts'
import type { Exit, Jvm } from './jvm.ts'
import { askCluster } from './metadata-request.ts'

/** What a clean stop of a broker may take, in ms, before it is killed. */
export const stopBudgetMs = 20_000

const pollMs = 25
const answerMs = 1_000
/** After a crash the broker reads its logs first, so a long start is no fault; it is only said. */
const sayEveryMs = 30_000

/** The broker's process ended before it served. */
export class BrokerEnded extends Error {
  override readonly name = 'BrokerEnded'
  readonly exit: Exit

  constructor(exit: Exit) {
    super(`The embedded Kafka broker ended while it was starting: ${describeExit(exit)}`)
    this.exit = exit
  }
}

export interface Launch {
  /** Starts the process. */
  readonly start: () => Jvm
  readonly port: number
  /** The cluster that must answer on the port: a stranger's broker there is not ours. */
  readonly cluster: string
  readonly log: Log
}

/**
 * Resolves when the broker serves. Rejects with BrokerEnded if its process ends before, and with the
 * signal's reason, the process being stopped, if it is aborted.
 */
export async function launchBroker(
  { start, port, cluster, log }: Launch,
  signal?: AbortSignal,
): Promise<Jvm> {
  signal?.throwIfAborted()
  const jvm = start()
  let exit: Exit | undefined
  jvm.exited.then(ended => {
    exit = ended
  })
  const started = performance.now()
  let nextWord = sayEveryMs
  for (;;) {
    if (signal?.aborted) await jvm.stop(stopBudgetMs)
    signal?.throwIfAborted()
    if ((await askCluster(port, answerMs)) === cluster) return jvm
    if (exit) throw new BrokerEnded(exit)
    const seconds = Math.round((performance.now() - started) / 1_000)
    if (seconds * 1_000 >= nextWord) {
      log.warn(
        { seconds, pid: jvm.pid },
        'The embedded Kafka broker is still starting, perhaps recovering its logs',
      )
      nextWord += sayEveryMs
    }
    await delay(pollMs)
  }
}

/** An exit in words. Java ends with 143 after SIGTERM; the caller knows whether that was asked for. */
export function describeExit({ code, signal, lastWords }: Exit): string {
  const how = signal ? `ended by ${signal}` : `exit code ${code ?? 'unknown'}`
  return lastWords.length === 0
    ? `${how}, without a word`
    : `${how}, its last words:\n${lastWords.join('\n')}`
}
