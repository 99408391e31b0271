// Signing in by OpenID Connect: the way to the issuer, and the way back.

import { reasonOf } from '@podpipe/runtime/errors.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { JWTPayload } from 'jose'
import { Type } from 'typebox'
import { roleOfGroups } from '../access/groups.ts'
import { createOpenId, type Errand } from '../access/openid.ts'
import { cookieName, cookieOptions } from '../access/sessions.ts'
import { createTickets } from '../access/tickets.ts'
import { Refusal, refusals } from '../refusal.ts'
import type { OpenIdFailure } from './access-schema.ts'
import type { Resource } from './resources.ts'

// As long as somebody may take to sign in over there.
const errandMs = 15 * 60_000
const path = 'api/v1/access/oidc'

export const openid: Resource = (api, { config, live, access, actions, log, metrics }) => {
  const client = createOpenId()
  const errands = createTickets<Errand & JWTPayload>(config.console.secretKey, 'errand')
  const cookie = cookieName(config, 'errand')
  const options = cookieOptions(config)
  // It comes back by a link of another site, on which browsers send no stricter cookie.
  const cookies = { ...options, path: `${options.path}${path}`, sameSite: 'lax' } as const

  const settings = () => {
    const { oidc } = live.current.console
    const { publicUrl } = config.console
    if (oidc === undefined || publicUrl === undefined) throw noIssuer
    return { oidc, publicUrl }
  }
  const fail = (
    reply: FastifyReply,
    publicUrl: string,
    failure: OpenIdFailure,
    place = '#/flow',
  ): FastifyReply => reply.redirect(`${publicUrl}${place}${place.includes('?') ? '&' : '?'}failed=${failure}`)

  const warn = (error: unknown, issuer: string): void =>
    log.warn(
      { issuer, reason: detailed(error) },
      'somebody could not sign in by OpenID Connect. The reason says which side to look at: the issuer, or console.oidc',
    )

  api.get(
    '/access/oidc',
    {
      config: { right: 'open' },
      schema: {
        operationId: 'signInByOpenId',
        summary: 'Go to the issuer to sign in',
        querystring: Type.Object({
          place: Type.Optional(
            Type.String({
              pattern: '^#/[!-~]*$',
              maxLength: 1000,
              description: 'Where in the page to return to.',
            }),
          ),
        }),
        response: { 302: Type.Null({ description: 'to the issuer' }), ...refusals },
      },
    },
    async (request, reply) => {
      const { oidc, publicUrl } = settings()
      const { place = '#/flow' } = request.query
      try {
        const { url, errand } = await client.begin(oidc, `${publicUrl}${path}/callback`, place)
        void reply.setCookie(cookie, await errands.seal({ ...errand }), {
          ...cookies,
          maxAge: errandMs / 1000,
        })
        return reply.redirect(url.href)
      } catch (error) {
        warn(error, oidc.issuer)
        return fail(reply, publicUrl, 'unreachable', place)
      }
    },
  )

  api.get(
    '/access/oidc/callback',
    {
      config: { right: 'open' },
      schema: {
        operationId: 'signedInByOpenId',
        summary: 'Come back from the issuer',
        response: { 302: Type.Null({ description: 'to the page' }), ...refusals },
      },
    },
    async (request, reply) => {
      const { oidc, publicUrl } = settings()
      const errand = await takeErrand(request, reply)
      if (errand === undefined) return fail(reply, publicUrl, 'stale')
      const returned = new URL(`${publicUrl}${path}/callback${new URL(request.url, publicUrl).search}`)
      const found = await client.finish(oidc, returned, errand).catch(error => {
        warn(error, oidc.issuer)
        return undefined
      })
      if (found === undefined) {
        metrics.consoleRefusedSignIns.inc({ reason: 'issuer' })
        actions.note(request, {
          what: 'sign.in',
          subject: '(nobody)',
          result: 'refused',
          words: { by: 'oidc' },
        })
        return fail(reply, publicUrl, 'refused', errand.place)
      }
      const { name, groups } = found
      const role = roleOfGroups(groups, live.current.console.groups)
      if (role === undefined) {
        metrics.consoleRefusedSignIns.inc({ reason: 'no_role' })
        const words = { by: 'oidc', reason: 'none of the groups has a role' }
        actions.note(request, { what: 'sign.in', subject: name, result: 'refused', words })
        return fail(reply, publicUrl, 'no-role', errand.place)
      }
      await access.sessions.begin(reply, { name, by: 'oidc', role })
      actions.note(
        request,
        { what: 'sign.in', subject: name, result: 'done', words: { by: 'oidc', role } },
        name,
      )
      return reply.redirect(`${publicUrl}${errand.place}`)
    },
  )

  /** What went out, if it is not too old; it counts once. */
  async function takeErrand(request: FastifyRequest, reply: FastifyReply): Promise<Errand | undefined> {
    const ticket = request.cookies[cookie]
    if (ticket === undefined) return undefined
    void reply.clearCookie(cookie, cookies)
    const errand = await errands.open(ticket)
    return errand !== undefined && Date.now() - errand.begun < errandMs ? errand : undefined
  }
}

const noIssuer = new Refusal(404, {
  what: 'Nobody signs in by OpenID Connect here',
  where: 'console.oidc',
  why: 'no issuer is configured',
  fix: 'Sign in by the way that the page shows, or set console.oidc and console.public_url.',
})

// The library's own words are general; what happened stands in its cause.
function detailed(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error ? `${reasonOf(error)}: ${reasonOf(cause)}` : reasonOf(error)
}
