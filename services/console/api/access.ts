// Who somebody is, signing in with a password, and signing out.

import { hasSignIn } from '@podpipe/runtime/config/sign-in.ts'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { sessionWord } from '../access/revocations.ts'
import type { Person } from '../access/rights.ts'
import { createSignIn } from '../access/sign-in.ts'
import { Refusal, refusals } from '../refusal.ts'
import { type WhoAmI, whoSchema } from './access-schema.ts'
import type { Resource } from './resources.ts'

const secondMs = 1_000
// As long a signing out waits until Kafka has it.
const patienceMs = 3_000

export const access: Resource = (api, room) => {
  const { live, actions, log, metrics } = room
  const signIn = createSignIn()

  const whoOf = (person: Person | undefined): WhoAmI => {
    const { users, oidc, proxy } = live.current.console
    return {
      name: person?.name ?? null,
      role: person?.role ?? null,
      sees_content: person?.seesContent ?? false,
      by: person?.by ?? null,
      ends_at: person?.session === undefined ? null : new Date(person.session.endsAt).toISOString(),
      ways: { password: users.length > 0, oidc: oidc !== undefined, proxy: proxy.userHeader !== undefined },
    }
  }

  api.get(
    '/access',
    {
      config: { right: 'open' },
      schema: {
        operationId: 'whoAmI',
        summary: 'Who one is here, and how one can sign in',
        response: { 200: whoSchema, ...refusals },
      },
    },
    async ({ person }) => whoOf(person),
  )

  api.post(
    '/access',
    {
      config: { right: 'open' },
      schema: {
        operationId: 'signIn',
        summary: 'Sign in with a password',
        description: 'Answers with a cookie that is the session.',
        body: Type.Object({
          name: Type.String({ minLength: 1, maxLength: 100 }),
          password: Type.String({ minLength: 1, maxLength: 1024 }),
        }),
        response: { 200: whoSchema, ...refusals },
      },
    },
    async (request, reply) => {
      const { name, password } = request.body
      const { users } = live.current.console
      if (users.length === 0) throw noPasswords(hasSignIn(live.current.console))
      const outcome = await signIn({ name, password, address: request.ip }, users)
      if (outcome.result === 'later') {
        metrics.consoleRefusedSignIns.inc({ reason: 'too_often' })
        throw later(reply, outcome.waitMs)
      }
      // A name that nobody has is not written down: it may be a password in the wrong field.
      const known = users.some(user => user.name === name) ? name : '(unknown name)'
      if (outcome.result === 'wrong') {
        metrics.consoleRefusedSignIns.inc({ reason: 'wrong' })
        actions.note(request, {
          what: 'sign.in',
          subject: known,
          result: 'refused',
          words: { by: 'password' },
        })
        throw wrong
      }
      const { role } = outcome.user
      const person = await room.access.sessions.begin(reply, { name, by: 'password', role })
      actions.note(
        request,
        { what: 'sign.in', subject: name, result: 'done', words: { by: 'password', role } },
        name,
      )
      return whoOf(person)
    },
  )

  api.put(
    '/access',
    {
      config: { right: 'viewer' },
      schema: {
        operationId: 'stay',
        summary: 'Say that somebody is there',
        description:
          'The session then ends by `console.session.idle` after this moment. Looking alone does not put it off.',
        response: { 200: whoSchema, ...refusals },
      },
    },
    async (request, reply) => whoOf((await room.access.sessions.renew(request, reply)) ?? request.person),
  )

  api.delete(
    '/access',
    {
      config: { right: 'viewer' },
      schema: {
        operationId: 'signOut',
        summary: 'Sign out',
        response: { 200: whoSchema, ...refusals },
      },
    },
    async (request, reply) => {
      const { person } = request
      if (person?.session !== undefined) {
        room.access.sessions.end(person, reply)
        room.access.stays.endSession(person.session.id)
        const words = { [sessionWord]: person.session.id }
        actions.note(request, { what: 'sign.out', subject: person.name, result: 'done', words })
        if (!(await room.history.flush(patienceMs))) {
          log.warn(
            { who: person.name },
            'somebody signed out, and Kafka does not take the note of it: a copy of the cookie is worth nothing here, and elsewhere once Kafka has the note. If this console ends before, end the session by another password or console.secret_key',
          )
        }
      }
      return whoOf(undefined)
    },
  )
}

const where = 'the name and the password'

const wrong = new Refusal(401, {
  what: 'Name or password is wrong',
  where,
  why: 'there is nobody of that name with that password; which of the two is wrong is not told',
  fix: 'Try again; an admin can set another hash under console.users.',
})

function later(reply: FastifyReply, waitMs: number): Refusal {
  const seconds = Math.ceil(waitMs / secondMs)
  reply.header('retry-after', String(seconds))
  return new Refusal(429, {
    what: 'This was tried too often',
    where,
    why: 'too many attempts have failed, for this name or from this address, or too many are made at this moment',
    fix: `Try again in ${seconds === 1 ? 'a second' : `${seconds} seconds`}.`,
  })
}

const noPasswords = (areOtherWays: boolean): Refusal =>
  new Refusal(404, {
    what: 'Nobody signs in with a password here',
    where,
    why: 'console.users names nobody',
    fix: areOtherWays
      ? 'Sign in by the other way that the page shows.'
      : 'Nobody has to sign in here; open the page. To change that, name people under console.users.',
  })
