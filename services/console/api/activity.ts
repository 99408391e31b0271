// What people did here, the newest first.

import { createHistoryTail, type HistoryTail } from '@podpipe/operations/history/tail.ts'
import type { Context } from '@podpipe/runtime/service.ts'
import { Type } from 'typebox'
import { refusals } from '../refusal.ts'
import { type Activity, activitySchema } from './activity-schema.ts'
import type { Resource } from './resources.ts'

const keptMs = 7 * 24 * 3_600_000
const mostKept = 5_000

export const activity: Resource = (api, room) => {
  let kept: { readonly context: Context; readonly tail: HistoryTail } | undefined

  function tailOf(context: Context): HistoryTail {
    if (kept?.context !== context) {
      const { client, fetcher, topics } = context
      const options = { kind: 'action', keepMs: keptMs, most: mostKept } as const
      kept = { context, tail: createHistoryTail({ client, fetcher, topic: topics.history, ...options }) }
    }
    return kept.tail
  }

  api.get(
    '/activity',
    {
      config: { right: 'admin' },
      schema: {
        operationId: 'activity',
        summary: 'What people did in the last seven days, the newest first',
        querystring: Type.Object({
          most: Type.Optional(Type.Integer({ minimum: 1, maximum: mostKept, default: 200 })),
        }),
        response: { 200: activitySchema, ...refusals },
      },
    },
    async ({ query: { most = 200 } }): Promise<Activity> => {
      const found = await tailOf(room.kafka()).latest()
      const newest = (found ?? []).slice(-most).reverse()
      return {
        has_history: found !== undefined,
        actions: newest.map(({ at, who, what, subject, words: { result = '', from = '', ...words } }) => ({
          at: new Date(at).toISOString(),
          ...{ who, what, subject, result, from, words },
        })),
      }
    },
  )
}
