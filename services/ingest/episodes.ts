// What follows from the ends of a stream's sessions: how long to wait, what to count, and what to tell. The same
// end again and again is one episode, and one line in the log.

import type { Parts } from './parts.ts'
import { afterSession, messageOf, type Next, reasonLabel, type SessionEnd } from './session-end.ts'

export interface Episodes {
  /**
   * A session has ended.
   * @param about fields for the log line
   * @param frames how many it had brought
   * @returns how long to wait before the next, in milliseconds, and what was told; undefined when we ended it
   */
  ended(
    end: SessionEnd,
    about: { readonly frames: number; readonly [field: string]: unknown },
  ): Pick<Next, 'wait' | 'cause' | 'action'> | undefined
  /** All is well again: the next bad end is news. */
  over(): void
}

/** @param mode which sessions of the stream; those of the archive are named in what is told */
export function createEpisodes(
  { context: { log, metrics }, labels, settings }: Parts,
  mode: 'live' | 'archive',
): Episodes {
  let failures = 0
  let told = ''

  return {
    ended(end, about) {
      metrics.sessionEnds.inc({ ...labels, mode, reason: reasonLabel(end) })
      if (end.kind === 'stopped') return undefined
      failures = about.frames > 0 ? 1 : failures + 1
      const { wait, level, cause, action } = afterSession(
        end,
        failures,
        settings.requestPeriodMs,
        Math.random(),
      )
      const message = messageOf({ cause, action })
      const isNews = told !== message
      if (isNews && end.kind === 'refused' && end.status === 409) metrics.conflicts.inc({ ...labels, mode })
      // The same news again is for whoever looks closer.
      log[isNews ? level : 'debug'](
        { ...labels, ...about, retry_in_ms: wait },
        mode === 'live' ? message : `the archive: ${message}`,
      )
      told = message
      return { wait, cause, action }
    },
    over() {
      told = ''
    },
  }
}
