// How a process ends: the first signal asks for an ordered stop, a budget bounds it, a second signal ends it.

import type { Log } from './log.ts'
import { listenForSignals } from './signals.ts'

export interface Stop {
  /** Fires at the first SIGTERM or SIGINT: read no more, finish what is on its way. */
  readonly signal: AbortSignal
  /** Fires when three quarters of the budget are spent: wait for nothing any more, close and go. */
  readonly giveUp: AbortSignal
  /** Asks for the ordered stop from inside. */
  request(reason: string): void
}

/**
 * Listens for signals, and for the end of the process that started this one.
 * @param budgetMs how long an ordered stop may take; afterwards the process ends with exit code 1, having
 * said that what was on its way will be delivered again
 */
export function listenForStop(budgetMs: number, log: Log): Stop {
  const stopping = new AbortController()
  const givingUp = new AbortController()

  const request = (reason: string): void => {
    if (stopping.signal.aborted) return
    log.info({ reason, budget_ms: budgetMs }, 'stopping: finishing what is on its way')
    stopping.abort(new Error(`stopping: ${reason}`))
    setTimeout(() => givingUp.abort(new Error('the stop budget is spent')), budgetMs * 0.75).unref()
    setTimeout(() => {
      log.error(
        { budget_ms: budgetMs },
        'the stop budget is spent; ending now. What was not confirmed will be delivered again at the next start',
      )
      process.exit(1)
    }, budgetMs).unref()
  }

  listenForSignals(request, name => process.exit(name === 'SIGINT' ? 130 : 143))
  // A service that was started by `podpipe run all` must not outlive it.
  process.on('disconnect', () => request('the parent process has ended'))
  // Listening must not keep a service alive that is done.
  process.channel?.unref()
  return { signal: stopping.signal, giveUp: givingUp.signal, request }
}
