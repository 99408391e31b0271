// The way of one event through podpipe.

import { type FindReport, findReportOf, findWays } from '@podpipe/operations/find/find.ts'
import { servicesOf } from '@podpipe/operations/services-of.ts'
import { Type } from 'typebox'
import { Refusal, refusals } from '../refusal.ts'
import { untilClosed } from '../until-closed.ts'
import { rangeIn, timeFields } from './asked-times.ts'
import type { Resource } from './resources.ts'

/** How long a person waits, and Kafka is read, in milliseconds. */
const patienceMs = 8_000
const usualReachMs = 3_600_000

const outputFate = Type.Object({
  output: Type.String(),
  fate: Type.Union([Type.Literal('delivered'), Type.Literal('rejected'), Type.Literal('waiting')]),
  before: Type.Integer({ description: 'Records that wait before it.' }),
})
const decision = Type.Union([
  Type.Object({ kind: Type.Literal('unique'), offset: Type.Integer(), outputs: Type.Array(outputFate) }),
  Type.Object({ kind: Type.Literal('duplicate') }),
  Type.Object({ kind: Type.Literal('rejected'), reason: Type.String(), error: Type.String() }),
  Type.Object({ kind: Type.Literal('waiting'), before: Type.Integer() }),
])
const copySchema = Type.Object({
  partition: Type.Integer(),
  offset: Type.Integer(),
  at: Type.Number({ description: 'When Kafka had it, milliseconds since 1970.' }),
  cluster: Type.String(),
  mode: Type.String(),
  decision,
})
const findSchema = Type.Object({
  id: Type.String(),
  from: Type.String(),
  found: Type.Array(Type.Object({ service: Type.String(), copies: Type.Array(copySchema) })),
})

export const find: Resource = (api, room) => {
  api.get(
    '/find',
    {
      config: { right: 'viewer' },
      schema: {
        operationId: 'find',
        summary: 'The way of one event: received, decided, delivered',
        description:
          'The partition of the id is read over the range, an hour back without one, for 8 s at most.',
        querystring: Type.Object({
          id: Type.String({ minLength: 1, maxLength: 1_000 }),
          service: Type.Optional(Type.String({ maxLength: 100 })),
          ...timeFields,
        }),
        response: { 200: findSchema, ...refusals },
      },
    },
    async (request, reply): Promise<FindReport> => {
      const { id, service } = request.query
      const { client, fetcher, topics, live } = room.kafka()
      const { from = Date.now() - usualReachMs, to } = rangeIn(request.query)
      const { kafka, outputs } = live.current
      const over = AbortSignal.timeout(patienceMs)
      const lookup = {
        client,
        fetcher,
        topics,
        prefix: kafka.prefix,
        outputs,
        from,
        signal: AbortSignal.any([untilClosed(reply), over]),
        ...(to !== undefined && { to }),
      }
      const services = servicesOf(live.current, service === undefined ? [] : [service])
      const ways = await findWays(id, services, lookup).catch(error => {
        throw over.aborted ? tooMuch() : error
      })
      return findReportOf(id, from, ways)
    },
  )
}

const tooMuch = (): Refusal =>
  new Refusal(422, {
    what: 'The way of the event was not found in time',
    where: 'from, to',
    why: `the range holds more than can be read in ${patienceMs / 1_000} s`,
    fix: 'Narrow the range around the time of the event, or use podpipe find, which reads for as long as it takes.',
  })
