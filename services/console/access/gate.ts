// The one gate in front of every resource: each route names the right that it asks for, and nobody comes by without it.

import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import { Refusal } from '../refusal.ts'
import { whyForeign } from './foreign.ts'
import { may, meanings, type Person, type Right } from './rights.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route asks of whoever calls it. */
    right?: Right
  }
  interface FastifyRequest {
    /** Who asks; undefined for a stranger, whom only open routes answer. */
    person: Person | undefined
  }
}

/**
 * Puts the gate in front of all routes that are added to `api` from now on.
 * @param whoIs finds out who asks
 * @param publicUrl the address of the console in the browser, if it is configured
 * @throws Error for a route that names no right, when it is added
 */
export function guard(
  api: FastifyInstance,
  whoIs: (request: FastifyRequest) => Promise<Person | undefined>,
  publicUrl: string | undefined,
): void {
  api.decorateRequest('person', undefined)
  api.addHook('onRoute', tellRight)
  api.addHook('onRequest', async request => {
    const { method, headers, host } = request
    const { right = 'admin' } = request.routeOptions.config
    const why = whyForeign({ method, headers, host, publicUrl })
    if (why !== undefined) throw foreign(request, why)
    request.person = await whoIs(request)
    if (!may(request.person, right)) throw refused(request, right)
  })
}

function tellRight(route: RouteOptions): void {
  const right = route.config?.right
  if (right === undefined) {
    throw new Error(
      `${String(route.method)} ${route.url} names no right; give the route config: { right: 'viewer' }, or another one of access/rights.ts`,
    )
  }
  const told = `${route.schema?.description ?? ''} ${meanings[right]}`.trim()
  route.schema = { ...route.schema, description: told, ...{ 'x-right': right } }
}

const foreign = ({ method, url }: FastifyRequest, why: string): Refusal =>
  new Refusal(403, {
    what: 'This may not come from the page of the console',
    where: `${method} ${url.split('?')[0]}`,
    why,
    fix: 'Do it in the page of the console itself; a program sends the header x-podpipe-console: 1.',
  })

function refused({ person, method, url }: FastifyRequest, right: Right): Refusal {
  const where = `${method} ${url.split('?')[0]}`
  if (person === undefined) {
    return new Refusal(401, {
      what: 'Nobody is signed in',
      where,
      why: 'no session came with the request, or it has ended',
      fix: 'Sign in, and do it again.',
    })
  }
  const why =
    right === 'content'
      ? `${person.name} may not see the content of events`
      : `${person.name} is ${person.role} and this takes ${right}`
  return new Refusal(403, {
    what: 'This is not allowed to you',
    where,
    why,
    fix: `Ask somebody who may, or an admin for the right; docs/security.md says where rights come from.`,
  })
}
