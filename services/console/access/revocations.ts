// Sessions that were ended by hand. Each is noted in the topic of history with the signing out, and every console follows that topic:
// a copy of the cookie is worth nothing at another replica either, nor after a restart.

import { setTimeout as sleep } from 'node:timers/promises'
import { createHistoryTail } from '@podpipe/operations/history/tail.ts'
import { reasonOf } from '@podpipe/runtime/errors.ts'
import type { Context } from '@podpipe/runtime/service.ts'
import type { HistoryEntry } from '@podpipe/schemas/records.ts'

export interface Revocations {
  has(session: string): boolean
  /** Ends one here, at once. Whoever signs somebody out notes it too, for the others. */
  add(session: string): void
  /** Whether those of before this start are known; waits for that for so long, in milliseconds. */
  known(patienceMs: number): Promise<boolean>
  /** Learns of those of others until the signal fires. */
  follow(context: Pick<Context, 'client' | 'fetcher' | 'topics' | 'log'>, signal: AbortSignal): Promise<void>
}

/** The word of an entry `sign.out` that says which session it was. The id opens nothing: a session is its sealed cookie. */
export const sessionWord = 'session'

// No session lasts longer (console.session.life), and no longer keeps Kafka them.
const keepMs = 7 * 24 * 3_600_000
/** That are known at once, at most; the oldest gives way. */
const most = 10_000
const usualLookMs = 1_000

/** @param onEnd is told of each that was ended elsewhere */
export function createRevocations(onEnd: (session: string) => void): Revocations {
  const ended = new Set<string>()
  const first = Promise.withResolvers<true>()

  const add = (session: string): void => {
    ended.add(session)
    const [oldest] = ended
    if (ended.size > most && oldest !== undefined) ended.delete(oldest)
  }

  return {
    has: session => ended.has(session),
    add,
    known: patienceMs => {
      const timer = sleep(patienceMs, false, { ref: false })
      return Promise.race([first.promise, timer])
    },
    async follow({ client, fetcher, topics, log }, signal) {
      const kept = { kind: 'action', keepMs, most, holds: isSignOut } as const
      const tail = createHistoryTail({ client, fetcher, topic: topics.history, ...kept })
      while (!signal.aborted) {
        try {
          for (const { words } of (await tail.latest()) ?? []) {
            const session = words[sessionWord] ?? ''
            if (ended.has(session)) continue
            add(session)
            onEnd(session)
          }
          first.resolve(true)
        } catch (error) {
          log.debug({ reason: reasonOf(error) }, 'who signed out elsewhere cannot be read; it is tried again')
        }
        await sleep(usualLookMs, undefined, { signal }).catch(() => undefined)
      }
    },
  }
}

const isSignOut = ({ what, words }: HistoryEntry): boolean =>
  what === 'sign.out' && words[sessionWord] !== undefined
