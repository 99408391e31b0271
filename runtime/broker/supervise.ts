// Keeps a launched process up: when it ends unasked it is said, and it is launched again.

import { setTimeout as delay } from 'node:timers/promises'
import { reasonOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Jvm } from './jvm.ts'
import { describeExit, stopBudgetMs } from './launch.ts'

export interface SuperviseOptions {
  /** Resolves when the process serves, rejects when it ended before or the signal fired. */
  readonly launch: (signal: AbortSignal) => Promise<Jvm>
  readonly log: Log
  readonly onDown?: ((reason: string) => void) | undefined
  readonly onUp?: (() => void) | undefined
}

export interface Health {
  readonly state: 'up' | 'down' | 'stopped'
  /** How often it came back after ending unasked. */
  readonly restarts: number
  /** Why it was last down, if it ever was. */
  readonly reason?: string
}

export interface Supervised {
  /** The id of the present process; while it is down, of the last one. */
  pid(): number | undefined
  health(): Health
  /** Ends the process and the supervision; resolves when the process is gone. */
  stop(): Promise<void>
  /** Ends the process in order and resolves when it serves again. */
  restart(): Promise<void>
  /** Ends the process as a crash would; it is launched again. */
  kill(): void
}

/** A process that was up this long (ms) is not in a loop of crashes. */
const steadyMs = 60_000

/** The wait (ms) before a launch, after this many failures in a row. */
export const restartDelay = (failures: number): number => Math.min(30_000, 200 * 2 ** failures)

/** Takes over a process that serves already. */
export function supervise(first: Jvm, { launch, log, onDown, onUp }: SuperviseOptions): Supervised {
  const ending = new AbortController()
  let jvm = first
  let health: Health = { state: 'up', restarts: 0 }
  let failures = 0
  let upSince = performance.now()
  let planned: (() => void) | undefined
  let stopped: Promise<void> | undefined

  const relaunch = async (): Promise<Jvm | undefined> => {
    while (!ending.signal.aborted) {
      try {
        if (!planned) await delay(restartDelay(failures), undefined, { signal: ending.signal })
        return await launch(ending.signal)
      } catch (error) {
        if (ending.signal.aborted) break
        failures += 1
        const wait = restartDelay(failures)
        log.error(
          { reason: reasonOf(error) },
          `The embedded Kafka broker does not come up; next try in ${wait} ms`,
        )
      }
    }
    return undefined
  }

  const keepUp = async () => {
    for (;;) {
      const exit = await jvm.exited
      if (ending.signal.aborted) return
      if (performance.now() - upSince >= steadyMs) failures = 0
      const reason = planned ? 'restart on demand' : describeExit(exit)
      health = { state: 'down', restarts: health.restarts, reason }
      if (!planned)
        log.error({ pid: jvm.pid, reason }, 'The embedded Kafka broker ended unasked; starting it again')
      onDown?.(reason)
      const next = await relaunch()
      if (!next) return
      jvm = next
      upSince = performance.now()
      failures += planned ? 0 : 1
      health = { state: 'up', restarts: health.restarts + (planned ? 0 : 1), reason }
      log.info({ pid: jvm.pid, restarts: health.restarts }, 'The embedded Kafka broker is up again')
      planned?.()
      planned = undefined
      onUp?.()
    }
  }
  const watching = keepUp()

  const stop = async () => {
    ending.abort(new Error('The embedded Kafka broker is being stopped.'))
    const { killed } = await jvm.stop(stopBudgetMs)
    if (killed) {
      const budget = { budget_ms: stopBudgetMs }
      log.warn(
        budget,
        'The embedded Kafka broker did not stop in time and was killed; its next start takes longer',
      )
    }
    await watching
    health = { ...health, state: 'stopped' }
    planned?.()
  }

  return {
    pid: () => jvm.pid,
    health: () => health,
    stop: () => (stopped ??= stop()),
    async restart() {
      const up = new Promise<void>(resolve => {
        planned = resolve
      })
      await jvm.stop(stopBudgetMs)
      await up
    },
    kill: () => jvm.kill(),
  }
}
