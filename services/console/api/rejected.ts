// Rejects: counted by reason, the newest by name; and sending them through the whole path once more.

import { meaningOf } from '@podpipe/operations/rejected/meanings.ts'
import { newestRejects, type RejectsPage } from '@podpipe/operations/rejected/newest.ts'
import type { RedriveAsked } from '@podpipe/operations/rejected/redrive-all.ts'
import { redriveAll } from '@podpipe/operations/rejected/redrive-all.ts'
import type { RedriveShown } from '@podpipe/operations/rejected/redriving.ts'
import { selectionOf } from '@podpipe/operations/rejected/reject.ts'
import { rejectReasons } from '@podpipe/schemas/reject-reasons.ts'
import { Type } from 'typebox'
import { noted } from '../access/noted.ts'
import { refusals } from '../refusal.ts'
import { untilClosed } from '../until-closed.ts'
import { timeFields } from './asked-times.ts'
import { nullable } from './nullable.ts'
import type { Resource } from './resources.ts'

const selectionFields = {
  reason: Type.Optional(Type.String({ maxLength: 100 })),
  service: Type.Optional(Type.String({ maxLength: 100 })),
  ...timeFields,
}
const listedSchema = Type.Object({
  offset: Type.Integer({ description: 'What a reject is called by.' }),
  time: Type.String(),
  service: nullable(Type.String()),
  by: Type.Union([Type.Literal('dedup'), Type.Literal('forwarder'), Type.Null()]),
  reason: Type.String(),
  error: Type.String(),
  origin: Type.Object({ topic: Type.String(), partition: Type.Integer(), offset: Type.Integer() }),
  bytes: Type.Integer(),
  redriven: nullable(Type.String({ description: 'When it was sent again, ISO 8601, UTC.' })),
})
const groupSchema = Type.Object({
  reason: Type.String(),
  service: nullable(Type.String()),
  rejects: Type.Integer(),
  redriven: Type.Integer(),
  oldest: Type.String(),
  newest: Type.String(),
})
const pageSchema = Type.Object({
  rejects: Type.Integer(),
  redriven: Type.Integer(),
  groups: Type.Array(groupSchema),
  newest: Type.Array(listedSchema),
  older: nullable(Type.Integer({ description: 'For `before`: goes on with older ones.' })),
  looked: Type.Integer({ description: 'How many were looked at; the counts are of these.' }),
})
const reasonSchema = Type.Object({ reason: Type.String(), means: Type.String(), action: Type.String() })
const accountSchema = Type.Object({
  dryRun: Type.Boolean(),
  found: Type.Integer(),
  redriven: Type.Integer({ description: 'Written to raw once more; with dryRun those that would be.' }),
  topics: Type.Record(Type.String(), Type.Integer()),
  leftOut: Type.Record(Type.String(), Type.Integer()),
  outputs: Type.Array(
    Type.Object({
      output: Type.String(),
      rejects: Type.Integer(),
      command: Type.String({ description: 'On a terminal; here it is a replay of these parts.' }),
      from: Type.String(),
      to: Type.String(),
      ids: Type.Array(Type.String()),
    }),
  ),
})
const askedSchema = Type.Object({
  numbers: Type.Optional(Type.Array(Type.Integer({ minimum: 0 }), { minItems: 1, maxItems: 1_000 })),
  ...selectionFields,
  cluster: Type.Optional(
    Type.String({ maxLength: 200, description: 'Of those whose record raw no longer has.' }),
  ),
})
const runSchema = Type.Object({
  state: Type.Union(
    (['running', 'stopping', 'done', 'stopped', 'failed'] as const).map(name => Type.Literal(name)),
  ),
  begun: Type.String(),
  ended: nullable(Type.String()),
  account: accountSchema,
  failure: nullable(Type.String()),
})
const currentSchema = Type.Object({ run: nullable(runSchema) })

/** A preview tells what it has found by then, in milliseconds. */
const previewMs = 10_000

export const rejected: Resource = (api, room) => {
  const selectionIn = (asked: { reason?: string; service?: string; from?: string; to?: string }) =>
    selectionOf(
      {
        reason: asked.reason === undefined ? [] : [asked.reason],
        service: asked.service === undefined ? [] : [asked.service],
        ...(asked.from !== undefined && { from: asked.from }),
        ...(asked.to !== undefined && { to: asked.to }),
      },
      room.live.current,
      Date.now(),
    )
  const askedIn = ({ numbers, cluster, ...selection }: Type.Static<typeof askedSchema>): RedriveAsked => ({
    selection: selectionIn(selection),
    ...(numbers !== undefined && { numbers }),
    ...(cluster !== undefined && { cluster }),
  })

  api.get(
    '/rejected',
    {
      config: { right: 'viewer' },
      schema: {
        operationId: 'rejected',
        summary: 'Rejects, counted by reason, and the newest of them',
        description: 'A look costs 64 MiB and 3 s at most; `older` goes on where it ended.',
        querystring: Type.Object({
          ...selectionFields,
          open: Type.Boolean({ default: false, description: 'Only those that were never sent again.' }),
          limit: Type.Integer({ minimum: 0, maximum: 500, default: 50 }),
          before: Type.Optional(Type.Integer({ minimum: 0 })),
        }),
        response: { 200: pageSchema, ...refusals },
      },
    },
    async (request, reply): Promise<RejectsPage> => {
      const { open, limit, before, ...asked } = request.query
      const { client, fetcher, topics } = room.kafka()
      return newestRejects(
        { client, fetcher, topics },
        { ...selectionIn(asked), open },
        { limit, signal: untilClosed(reply), ...(before !== undefined && { before }) },
      )
    },
  )

  api.get(
    '/rejected/reasons',
    {
      config: { right: 'viewer' },
      schema: {
        operationId: 'rejectReasons',
        summary: 'What can be rejected for, what it means, and what to do',
        response: { 200: Type.Array(reasonSchema), ...refusals },
      },
    },
    async () => rejectReasons.map(reason => ({ reason, ...meaningOf(reason, 'page') })),
  )

  api.post(
    '/rejected/redrive/preview',
    {
      config: { right: 'operator' },
      schema: {
        operationId: 'redrivePreview',
        summary: 'What would be sent again, and what would be left out and why',
        body: askedSchema,
        response: {
          200: Type.Object({ account: accountSchema, isWhole: Type.Boolean() }),
          ...refusals,
        },
      },
    },
    async (request, reply) => {
      const { client, fetcher, topics, live } = room.kafka()
      const signal = AbortSignal.any([untilClosed(reply), AbortSignal.timeout(previewMs)])
      return redriveAll({ client, fetcher, topics }, live.current, askedIn(request.body), {
        dryRun: true,
        signal,
      })
    },
  )

  api.post(
    '/rejected/redrive',
    {
      config: { right: 'operator' },
      schema: {
        operationId: 'redrive',
        summary: 'Sends rejects through the whole path once more',
        description: 'One at a time. What was sent again is noted in Kafka and never offered twice.',
        body: askedSchema,
        response: { 202: runSchema, ...refusals },
      },
    },
    async (request, reply): Promise<RedriveShown> => {
      const { numbers, ...words } = request.body
      const { redrives } = room.work()
      const { run, onEnd, begun } = room.ends.redrive(
        request,
        () => redrives.current()?.account.redriven ?? 0,
      )
      const action = {
        what: 'redrive.started',
        subject: numbers === undefined ? 'all that are meant' : `rejects ${numbers.join(', ')}`,
        words: { ...words, run },
      }
      reply.code(202)
      const shown = await noted(room, request, action, () => redrives.begin(askedIn(request.body), onEnd))
      begun(action.subject)
      return shown
    },
  )

  api.get(
    '/rejected/redrive',
    {
      config: { right: 'viewer' },
      schema: {
        operationId: 'redriveState',
        summary: 'The redrive that runs in this console, or ran last',
        response: { 200: currentSchema, ...refusals },
      },
    },
    async () => ({ run: room.work().redrives.current() ?? null }),
  )

  api.post(
    '/rejected/redrive/stop',
    {
      config: { right: 'operator' },
      schema: {
        operationId: 'redriveStop',
        summary: 'Stops the redrive that runs; what it leaves is offered again',
        response: { 202: currentSchema, ...refusals },
      },
    },
    async (request, reply) => {
      const { redrives } = room.work()
      await noted(room, request, { what: 'redrive.stopped', subject: 'the one that runs' }, () => {
        room.ends.stopping('redrive', '', request.person?.name)
        redrives.stop()
      })
      reply.code(202)
      return { run: redrives.current() ?? null }
    },
  )
}
