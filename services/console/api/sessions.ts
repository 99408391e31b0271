// The streams of Proofpoint: how each is now, and its day.

import { createHistoryTail, type HistoryTail } from '@podpipe/operations/history/tail.ts'
import { replicasIn, type Session, sessionsIn } from '@podpipe/operations/sessions/sessions.ts'
import { spansOf } from '@podpipe/operations/sessions/timeline.ts'
import { askAll } from '@podpipe/operations/status/ask.ts'
import type { Context } from '@podpipe/runtime/service.ts'
import type { HistoryEntry } from '@podpipe/schemas/records.ts'
import { Type } from 'typebox'
import { refusals } from '../refusal.ts'
import type { Resource } from './resources.ts'
import { type NoteAnswer, noteSchema, type SessionsAnswer, sessionsSchema } from './sessions-schema.ts'

const dayMs = 24 * 3_600_000
// 200 streams that flap all day write 150,000 notes; one that is well writes none.
const mostNotes = 150_000
const mostShown = 500

export const sessions: Resource = (api, room) => {
  let kept: { readonly context: Context; readonly tail: HistoryTail } | undefined

  /** The notes of a day; undefined where there are none to be had, which takes nothing from the rest. */
  async function notes(): Promise<readonly HistoryEntry[] | undefined> {
    const context = room.kafka()
    if (kept?.context !== context) {
      const { client, fetcher, topics } = context
      const options = { kind: 'session', keepMs: dayMs, most: mostNotes } as const
      kept = { context, tail: createHistoryTail({ client, fetcher, topic: topics.history, ...options }) }
    }
    return kept.tail.latest()
  }

  api.get(
    '/sessions',
    {
      config: { right: 'viewer' },
      schema: {
        operationId: 'sessions',
        summary: 'Every stream of Proofpoint: how it is, where it runs, how far it is, and its day',
        response: { 200: sessionsSchema, ...refusals },
      },
    },
    async (): Promise<SessionsAnswer> => {
      const answers = await askAll(await room.places())
      const found = await notes().catch(() => undefined)
      const byName = Map.groupBy(found ?? [], ({ subject }) => subject)
      const to = Date.now()
      const from = to - dayMs
      return {
        at: new Date(to).toISOString(),
        ...{ from, to, replicas: replicasIn(answers), has_history: found !== undefined },
        sessions: sessionsIn(answers).map(session => ({
          ...session,
          spans: spansOf(byName.get(session.name) ?? [], from, to, wordOf(session)),
        })),
      }
    },
  )

  api.get(
    '/sessions/notes',
    {
      config: { right: 'viewer' },
      schema: {
        operationId: 'sessionNotes',
        summary: 'What one stream met during the last day, the newest first',
        querystring: Type.Object({ name: Type.String({ description: 'cluster/service' }) }),
        response: { 200: Type.Array(noteSchema), ...refusals },
      },
    },
    async ({ query: { name } }): Promise<NoteAnswer[]> =>
      ((await notes()) ?? [])
        .filter(({ subject }) => subject === name)
        .slice(-mostShown)
        .reverse()
        .map(({ at, what, who, numbers, words }) => ({
          at: new Date(at).toISOString(),
          ...{ what, who, numbers, words },
        })),
  )
}

const wordOf = ({ state }: Session) => (state === 'unassigned' ? undefined : state)
