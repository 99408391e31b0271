// Events of a stage, the newest first; one of them with its bytes; and the way of one through podpipe.

import { offsetsIn } from '@podpipe/operations/events/cursor.ts'
import { type EventsPage, newestEvents } from '@podpipe/operations/events/newest.ts'
import { type EventShown, readEvent, shownOf } from '@podpipe/operations/events/one.ts'
import { servicesOf } from '@podpipe/operations/services-of.ts'
import { stages } from '@podpipe/operations/tap/stages.ts'
import { within } from '@podpipe/runtime/deadline.ts'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { mayReadContent, requireContent } from '../content.ts'
import { Refusal, refusals } from '../refusal.ts'
import { untilClosed } from '../until-closed.ts'
import { rangeIn, timeFields } from './asked-times.ts'
import { nullable } from './nullable.ts'
import type { Resource } from './resources.ts'

const stage = Type.Union(
  stages.map(name => Type.Literal(name)),
  { description: 'raw: as Proofpoint sent it; unique: each event once; rejected; seen: the ledger of dedup' },
)
const listed = {
  stage,
  service: nullable(Type.String()),
  topic: Type.String(),
  partition: Type.Integer(),
  offset: Type.Integer(),
  time: Type.String({ description: 'When Kafka had the raw record, ISO 8601, UTC.' }),
  fields: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Null()])),
  size: nullable(Type.Integer({ description: 'Bytes of the event.' })),
  beginning: nullable(Type.String({ description: 'How it begins; null without the right to content.' })),
}
const pageSchema = Type.Object({
  events: Type.Array(Type.Object(listed)),
  older: nullable(
    Type.String({ description: 'For `before`: goes on with older ones; null where there are none.' }),
  ),
  newer: Type.String({ description: 'For `since`: asks for what has come behind this page.' }),
  looked: Type.Object({ records: Type.Integer(), bytes: Type.Integer() }),
  isCut: Type.Boolean({ description: 'The look ended at its bound of bytes or time; `older` goes on.' }),
})
const shownSchema = Type.Object({
  ...listed,
  text: nullable(Type.String({ description: 'The bytes as text, 256 KiB at most.' })),
  base64: nullable(Type.String({ description: 'The first 16 KiB.' })),
  isWhole: Type.Boolean({ description: 'Whether `text` is all of it.' }),
})
const placeQuery = Type.Object({
  stage,
  service: Type.Optional(
    Type.String({ maxLength: 100, description: 'The kind of event; not for rejected.' }),
  ),
  partition: Type.Integer({ minimum: 0 }),
  offset: Type.Integer({ minimum: 0 }),
})

export const events: Resource = (api, room) => {
  api.get(
    '/events',
    {
      config: { right: 'viewer' },
      schema: {
        operationId: 'events',
        summary: 'The newest events of a stage',
        description: 'A look costs 64 MiB and 3 s at most, whatever the topics hold; then `isCut` says so.',
        querystring: Type.Object({
          stage,
          service: Type.Optional(Type.String({ maxLength: 100 })),
          ...timeFields,
          id: Type.Optional(Type.String({ minLength: 1, maxLength: 1_000 })),
          text: Type.Optional(Type.String({ minLength: 1, maxLength: 1_000 })),
          limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
          before: Type.Optional(Type.String({ maxLength: 100_000 })),
          since: Type.Optional(Type.String({ maxLength: 100_000 })),
        }),
        response: { 200: pageSchema, ...refusals },
      },
    },
    async (request, reply): Promise<EventsPage> => {
      const { stage, service, id, text, limit, before, since } = request.query
      if (text !== undefined) requireContent(request, 'text')
      const { client, fetcher, topics, live } = room.kafka()
      const asked = {
        stage,
        services: service === undefined ? [] : servicesOf(live.current, [service]),
        ...rangeIn(request.query),
        ...(id !== undefined && { id }),
        ...(text !== undefined && { text }),
      }
      const looking = newestEvents({ client, fetcher, topics }, asked, {
        limit,
        withContent: mayReadContent(request),
        signal: untilClosed(reply),
        ...(before !== undefined && { before: requireOffsets('before', before) }),
        ...(since !== undefined && { since: requireOffsets('since', since) }),
      })
      return within(answerMs, 'Kafka', looking)
    },
  )

  api.get(
    '/event',
    {
      config: { right: 'viewer' },
      schema: {
        operationId: 'event',
        summary: 'One event by its place',
        querystring: placeQuery,
        response: { 200: shownSchema, ...refusals },
      },
    },
    async (request, reply): Promise<EventShown> => {
      const found = await requireEvent(request.query, reply)
      return shownOf(request.query.stage, found, mayReadContent(request))
    },
  )

  api.get(
    '/event/bytes',
    {
      config: { right: 'content' },
      schema: {
        operationId: 'eventBytes',
        summary: 'What Proofpoint sent, byte for byte, as a file',
        produces: ['application/octet-stream'],
        querystring: placeQuery,
        response: { 200: Type.String({ description: 'the bytes' }), ...refusals },
      },
    },
    async (request, reply) => {
      const { shown } = await requireEvent(request.query, reply)
      const name = `${shown.topic}-${shown.partition}-${shown.offset}.bin`
      return reply
        .type('application/octet-stream')
        .header('content-disposition', `attachment; filename="${name}"`)
        .send(shown.bytes ?? Buffer.alloc(0))
    },
  )

  async function requireEvent(
    place: { stage: EventShown['stage']; service?: string; partition: number; offset: number },
    reply: FastifyReply,
  ): Promise<NonNullable<Awaited<ReturnType<typeof readEvent>>>> {
    const { stage, service, partition, offset } = place
    const { fetcher, topics, live } = room.kafka()
    const [known = ''] =
      stage === 'rejected' ? [] : servicesOf(live.current, service === undefined ? [] : [service])
    const signal = AbortSignal.any([untilClosed(reply), AbortSignal.timeout(readMs)])
    const isThere = partition < (stage === 'rejected' ? 1 : topics.raw(known).partitions)
    const found = isThere
      ? await readEvent({ fetcher, topics }, { stage, service: known, partition, offset }, signal)
      : undefined
    if (found !== undefined) return found
    throw new Refusal(404, {
      what: 'There is no event at this place',
      where: `${stage} ${service ?? ''} ${partition}/${offset}`,
      why: 'retention has deleted it, or a mark of a transaction lies there, which is no event',
      fix: 'Look for the event by its id, or list the newest events.',
    })
  }
}

/** A look takes 3 s; before it Kafka says where partitions begin and end, and one that stands still says nothing. */
const answerMs = 10_000
/** One record may be 16 MiB, and Kafka may be slow. */
const readMs = 10_000

function requireOffsets(where: string, cursor: string): ReadonlyMap<string, number> {
  const offsets = offsetsIn(cursor)
  if (offsets !== undefined) return offsets
  throw new Refusal(400, {
    what: 'The page of events cannot be gone on with',
    where,
    why: 'the word is none that this API has given',
    fix: 'Ask without it, and take `older` or `newer` of the answer as they are.',
  })
}
