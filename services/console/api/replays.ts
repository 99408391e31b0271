// Replays: stored events to an output once more.

import { planOf } from '@podpipe/operations/replay/plan.ts'
import type { Wanted } from '@podpipe/operations/replay/prepare.ts'
import type { ReplayOffer, ReplayShown } from '@podpipe/operations/replay/replays.ts'
import { Type } from 'typebox'
import { noted } from '../access/noted.ts'
import { refusals } from '../refusal.ts'
import { nullable } from './nullable.ts'
import type { Resource } from './resources.ts'

const time = (description: string) => Type.String({ minLength: 1, maxLength: 40, description })
const askedSchema = Type.Object({
  output: Type.String({ minLength: 1, maxLength: 100 }),
  from: time('The first moment of the range, when Kafka received the events.'),
  to: time('The first moment behind the range.'),
  service: Type.Optional(Type.String({ maxLength: 100 })),
  ids: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 1_000 }), { maxItems: 200 })),
  name: Type.Optional(Type.String({ maxLength: 60 })),
  rate: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 999_999_999, description: 'Events a second at most.' }),
  ),
})
const refused = Type.Record(Type.String(), Type.Integer())
const offerSchema = Type.Object({
  name: Type.String(),
  output: Type.String(),
  address: Type.String(),
  port: Type.Integer(),
  tls: Type.Boolean(),
  from: Type.String(),
  to: Type.String(),
  services: Type.Array(Type.String()),
  ids: Type.Array(Type.String()),
  records: Type.Integer({
    description: 'Offsets still to be read: the events, and the marks of transactions between them.',
  }),
  recordsByService: Type.Record(Type.String(), Type.Integer()),
  events: nullable(Type.Integer()),
  confirmed: Type.Integer({ description: 'By earlier runs.' }),
  rate: nullable(Type.Integer()),
  said: Type.Array(Type.String({ description: 'What is odd about it.' })),
})
const states = ['running', 'pausing', 'unsure', 'paused', 'ended', 'finished'] as const
const replaySchema = Type.Object({
  name: Type.String(),
  output: Type.String(),
  from: Type.String(),
  to: Type.String(),
  services: Type.Array(Type.String()),
  ids: Type.Array(Type.String()),
  begun: Type.String(),
  state: Type.Union(
    states.map(name => Type.Literal(name)),
    { description: 'unsure: it runs or its process has died; the next seconds show which' },
  ),
  isHere: Type.Boolean({ description: 'Whether it runs in this console.' }),
  limit: nullable(Type.Integer({ description: 'Events a second at most, of its last run.' })),
  done: Type.Integer(),
  records: Type.Integer(),
  percent: Type.Integer(),
  confirmed: Type.Integer(),
  refused,
  doubledAtMost: Type.Integer(),
  rate: nullable(Type.Number()),
  secondsLeft: nullable(Type.Number()),
  said: Type.Array(Type.String()),
  failure: nullable(Type.String()),
})
const named = Type.Object({ name: Type.String({ minLength: 1, maxLength: 300 }) })
const begunSchema = Type.Object({ name: Type.String() })

export const replays: Resource = (api, room) => {
  const wantedIn = ({ output, from, to, service, ids = [], name }: Type.Static<typeof askedSchema>): Wanted =>
    planOf(
      {
        output,
        from,
        to,
        service: service === undefined ? [] : [service],
        match: ids.map(id => `id=${id}`),
        ...(name !== undefined && { name }),
      },
      room.live.current,
      Date.now(),
    )

  api.get(
    '/replays',
    {
      config: { right: 'viewer' },
      schema: {
        operationId: 'replays',
        summary: 'Replays that Kafka still knows, the latest first',
        response: { 200: Type.Array(replaySchema), ...refusals },
      },
    },
    async (): Promise<ReplayShown[]> => room.work().replays.list(),
  )

  api.post(
    '/replays/preview',
    {
      config: { right: 'operator' },
      schema: {
        operationId: 'replayPreview',
        summary: 'What a replay would send',
        body: askedSchema,
        response: { 200: offerSchema, ...refusals },
      },
    },
    async (request): Promise<ReplayOffer> =>
      room.work().replays.preview(wantedIn(request.body), request.body.rate),
  )

  api.post(
    '/replays',
    {
      config: { right: 'operator' },
      schema: {
        operationId: 'replayBegin',
        summary: 'Begins a replay, beside the live events',
        description:
          'Its progress is kept in Kafka: when the console dies it is paused, and can be gone on with.',
        body: askedSchema,
        response: { 202: begunSchema, ...refusals },
      },
    },
    async (request, reply) => {
      const { output, from, to } = request.body
      const { run, onEnd, begun } = room.ends.replay(request)
      const action = { what: 'replay.started', subject: output, words: { from, to, run } }
      const begin = () =>
        room.work().replays.begin(wantedIn(request.body), { rate: request.body.rate, onEnd })
      const name = await noted(room, request, action, begin, name => ({ name }))
      begun(name)
      reply.code(202)
      return { name }
    },
  )

  api.post(
    '/replays/:name/resume',
    {
      config: { right: 'operator' },
      schema: {
        operationId: 'replayResume',
        summary: 'Goes on with a replay that is paused, behind what was confirmed',
        description: 'At the rate of its last run, unless another one is given.',
        params: named,
        body: Type.Object({ rate: Type.Optional(Type.Integer({ minimum: 1, maximum: 999_999_999 })) }),
        response: { 202: begunSchema, ...refusals },
      },
    },
    async (request, reply) => {
      const { run, onEnd, begun } = room.ends.replay(request)
      const action = { what: 'replay.resumed', subject: request.params.name, words: { run } }
      const name = await noted(room, request, action, () =>
        room.work().replays.begin({ resume: request.params.name }, { rate: request.body.rate, onEnd }),
      )
      begun(name)
      reply.code(202)
      return { name }
    },
  )

  api.post(
    '/replays/:name/pause',
    {
      config: { right: 'operator' },
      schema: {
        operationId: 'replayPause',
        summary: 'Stops a replay of this console in order; what is on its way is confirmed first',
        params: named,
        response: { 202: begunSchema, ...refusals },
      },
    },
    async (request, reply) => {
      const { name } = request.params
      await noted(room, request, { what: 'replay.paused', subject: name }, () => {
        room.ends.stopping('replay', name, request.person?.name)
        room.work().replays.pause(name)
      })
      reply.code(202)
      return { name }
    },
  )

  api.post(
    '/replays/:name/end',
    {
      config: { right: 'operator' },
      schema: {
        operationId: 'replayEnd',
        summary: 'Ends a replay for good; it is kept as history and not taken up again',
        params: named,
        response: { 200: begunSchema, ...refusals },
      },
    },
    async request => {
      const { name } = request.params
      await noted(room, request, { what: 'replay.ended', subject: name }, () => {
        room.ends.stopping('replay', name, request.person?.name)
        return room.work().replays.end(name)
      })
      return { name }
    },
  )
}
