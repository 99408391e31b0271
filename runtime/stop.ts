// How a process ends: the first signal asks for an ordered stop, a budget bounds it, a second signal ends it.

import type { Log } from './log.ts'
import { listenForSignals } from './signals.ts'

export interface Stop {
  /** Fires at the first SIGTERM or SIGINT: read no more, finish what is on its way. */
  readonly signal: AbortSignal
  /** Fires when most of the budget, usually three quarters, is spent: wait for nothing any more, close and go. */
  readonly giveUp: AbortSignal
  /** Asks for the ordered stop from inside. */
  request(reason: string): void
}

/**
 * The stop of a part of the process: with the process, or before it when asked.
 * @param budgetMs how long the part may take when it is asked
 */
export function partOf(stop: Stop, budgetMs: number): { readonly stop: Stop; readonly end: () => void } {
  const ending = new AbortController()
  const givingUp = new AbortController()
  return {
    stop: {
      signal: AbortSignal.any([stop.signal, ending.signal]),
      giveUp: AbortSignal.any([stop.giveUp, givingUp.signal]),
      request: stop.request,
    },
    end() {
      ending.abort(new Error('the configuration has no use for it any more'))
      setTimeout(() => givingUp.abort(new Error('the stop budget is spent')), budgetMs * 0.75).unref()
    },
  }
}

/**
 * Listens for signals, and for the end of the process that started this one.
 * @param budgetMs how long an ordered stop may take; afterwards the process ends with exit code 1, having
 * said that what was on its way will be delivered again
 * @param giveUpMs when to wait for nothing any more
 */
export function listenForStop(budgetMs: number, log: Log, giveUpMs = budgetMs * 0.75): Stop {
  const stopping = new AbortController()
  const givingUp = new AbortController()

  const request = (reason: string): void => {
    if (stopping.signal.aborted) return
    log.info({ reason, budget_ms: budgetMs }, 'stopping: finishing what is on its way')
    stopping.abort(new Error(`stopping: ${reason}`))
    setTimeout(() => givingUp.abort(new Error('the stop budget is spent')), giveUpMs).unref()
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
