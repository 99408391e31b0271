// The flow of the last hour or day, for charts.

import { readSamples } from '@podpipe/operations/picture/read-samples.ts'
import { within } from '@podpipe/runtime/deadline.ts'
import { Type } from 'typebox'
import { refusals } from '../refusal.ts'
import type { Resource } from './resources.ts'

const atMost = 720
const patienceMs = 5_000

const samplesSchema = Type.Object({
  samples: Type.Array(
    Type.Object({
      at: Type.Number({ description: 'Milliseconds since 1970.' }),
      figures: Type.Record(Type.String(), Type.Number(), {
        description:
          'Figures by name; rates are a second. Of an output: delivered/NAME, lag/NAME, lag_seconds/NAME.',
      }),
    }),
  ),
})

export const samples: Resource = (api, room) => {
  api.get(
    '/samples',
    {
      config: { right: 'viewer' },
      schema: {
        operationId: 'samples',
        summary: 'What flowed, every ten seconds, the oldest first',
        querystring: Type.Object({
          minutes: Type.Integer({ minimum: 1, maximum: 1_440, default: 60, description: 'How far back.' }),
        }),
        response: { 200: samplesSchema, ...refusals },
      },
    },
    async ({ query: { minutes } }) => {
      const { client, fetcher, topics } = room.kafka()
      const since = Date.now() - minutes * 60_000
      const read = readSamples(client, fetcher, topics.history, since, atMost)
      return { samples: await within(patienceMs, 'Kafka', read) }
    },
  )
}
