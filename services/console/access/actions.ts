// What people do, as a trail: into the topic of history and into the log. Never with a secret, never with the content of an event.

import type { Log } from '@podpipe/runtime/log.ts'
import type { HistoryEntry } from '@podpipe/schemas/records.ts'
import type { FastifyRequest } from 'fastify'

export interface Action {
  /** In a word or two joined by a dot, such as `signed.in` or `replay.started`. */
  readonly what: string
  /** What it was done to: a person, a collector, an output. */
  readonly subject: string
  readonly result: 'done' | 'refused' | 'failed' | 'stopped'
  /** More about it, by name. No secret, no content of an event. */
  readonly words?: Readonly<Record<string, string>>
}

export interface Actions {
  /** Notes what was done; the person and the address are those of the request, unless somebody is named. */
  note(request: Pick<FastifyRequest, 'person' | 'ip'>, action: Action, who?: string): void
}

// A name or an address that somebody made up must not fill the topic.
const longest = 200

/** @param keep writes an entry of the history */
export function createActions(keep: (entry: HistoryEntry) => void, log: Log): Actions {
  return {
    note({ person, ip }, { what, subject, result, words = {} }, who = person?.name ?? '') {
      const texts = Object.entries({ result, from: ip, ...words }).map(([name, text]) => [name, cut(text)])
      const entry: HistoryEntry = {
        at: Date.now(),
        kind: 'action',
        subject: cut(subject),
        what,
        who: cut(who),
        numbers: {},
        words: Object.fromEntries(texts),
      }
      keep(entry)
      log.info(
        { who: entry.who, what, subject: entry.subject, ...entry.words },
        'somebody acted in the console',
      )
    },
  }
}

const cut = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text)
