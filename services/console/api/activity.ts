// What people did here, the newest first.

import { Type } from 'typebox'
import { sessionWord } from '../access/revocations.ts'
import { refusals } from '../refusal.ts'
import { eachOverOnce } from '../trail/runs.ts'
import { mostKept } from '../trail/trail.ts'
import { type Activity, activitySchema } from './activity-schema.ts'
import type { Resource } from './resources.ts'

export const activity: Resource = (api, room) => {
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
      const found = await room.trail().latest()
      const newest = eachOverOnce(found ?? [])
        .slice(-most)
        .reverse()
      return {
        has_history: found !== undefined,
        actions: newest.map(({ at, who, what, subject, words }) => ({
          at: new Date(at).toISOString(),
          ...{ who, what, subject },
          ...shownOf(words),
        })),
      }
    },
  )
}

/** Which session somebody signed out of is for the other consoles. */
const shownOf = ({
  result = '',
  from = '',
  [sessionWord]: _,
  ...words
}: Readonly<Record<string, string>>) => ({
  ...{ result, from, words },
})
