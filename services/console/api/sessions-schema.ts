// The shapes of the resource of sessions.

import { Type } from 'typebox'

const words = Type.Record(Type.String(), Type.String())
const numbers = Type.Record(Type.String(), Type.Number())
const time = (description: string) => Type.String({ description: `${description}; RFC 3339, UTC.` })

const sessionSchema = Type.Object({
  name: Type.String({ description: 'cluster/service' }),
  input: Type.String(),
  cluster: Type.String(),
  service: Type.String(),
  state: Type.String({
    description: 'live, archive, backing_off, opening; unassigned where no process that answers runs it',
  }),
  replica: Type.Optional(Type.String({ description: 'The process that runs it, host:pid.' })),
  since: Type.Optional(time('Since when it is so')),
  connection: Type.Optional(Type.String({ description: 'As raw records and the log name it.' })),
  cause: Type.Optional(Type.String({ description: 'Why it backs off.' })),
  reason: Type.Optional(Type.String()),
  attempts: Type.Optional(Type.Number()),
  retry_at: Type.Optional(time('When it is tried again')),
  archive: Type.Optional(
    Type.Object({ from: time('The first hour'), to: time('The end of the last'), hours_done: Type.Number() }),
  ),
  position: Type.Optional(
    Type.Object({
      covered_to: Type.Optional(time('Everything up to here is in Kafka, save for hours to fetch and gaps')),
      doubt_from: Type.Optional(time('From here on it is doubtful what arrived')),
      hours_to_fetch: Type.Number(),
      gaps: Type.Number(),
    }),
  ),
  spans: Type.Array(
    Type.Object({
      state: Type.String({ description: 'live, archive, away, conflict, opening, stopped, unknown' }),
      from: Type.Number({ description: 'Milliseconds since 1970.' }),
      to: Type.Number(),
    }),
    { description: 'Its last day, without a gap; what is shorter than three minutes is drawn as long.' },
  ),
})

export const sessionsSchema = Type.Object({
  at: time('When the services were asked'),
  from: Type.Number({ description: 'Where the spans begin, in milliseconds since 1970.' }),
  to: Type.Number(),
  replicas: Type.Number({ description: 'Processes of ingest that answer.' }),
  has_history: Type.Boolean({ description: 'Whether anything is noted of what happened.' }),
  sessions: Type.Array(sessionSchema),
})

export const noteSchema = Type.Object({
  at: time('When'),
  what: Type.String({
    description:
      'taken, connected, dropped, failed, conflict, archive_begun, archive_done, archive_failed, listed, gap, released',
  }),
  who: Type.String({ description: 'The process that it happened to, host:pid.' }),
  numbers,
  words,
})

export type SessionsAnswer = Type.Static<typeof sessionsSchema>
export type SessionAnswer = Type.Static<typeof sessionSchema>
export type NoteAnswer = Type.Static<typeof noteSchema>
