// Sessions of who signed in here. All of one is in its cookie; the console keeps only which ones were ended by hand.

import { randomUUID } from 'node:crypto'
import type { CookieSerializeOptions } from '@fastify/cookie'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import type { LiveConfig } from '@podpipe/runtime/config/watched-config.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { JWTPayload } from 'jose'
import { type Person, seesContent } from './rights.ts'
import { basisOf, type SessionClaims, standingOf } from './standing.ts'
import { createTickets } from './tickets.ts'

export interface Sessions {
  /** Begins one, and hands its cookie to the browser. */
  begin(reply: FastifyReply, who: Pick<SessionClaims, 'name' | 'by' | 'role'>): Promise<Person>
  /** Whose it is; undefined without one, or when it has ended. */
  find(request: FastifyRequest): Promise<Person | undefined>
  /** Somebody is there: it ends that much later. */
  renew(request: FastifyRequest, reply: FastifyReply): Promise<Person | undefined>
  /** Ends one for good, also where its cookie was copied. */
  end(person: Person, reply: FastifyReply): void
}

// Of all that were ended by hand and would not have ended by themselves yet; the oldest gives way.
const mostEnded = 10_000

export function createSessions(
  config: PodpipeConfig,
  live: Pick<LiveConfig, 'current'>,
  now: () => number = Date.now,
): Sessions {
  const tickets = createTickets<SessionClaims & JWTPayload>(config.console.secretKey, 'session')
  const name = cookieName(config, 'session')
  const options: CookieSerializeOptions = { ...cookieOptions(config), sameSite: 'strict' }
  const ended = new Set<string>()

  const personOf = (claims: SessionClaims): Person | undefined => {
    const { console: settings } = live.current
    const standing = ended.has(claims.id) ? undefined : standingOf(claims, settings, now())
    if (standing === undefined) return undefined
    return {
      name: claims.name,
      by: claims.by,
      role: standing.role,
      seesContent: seesContent(standing.role, settings.content),
      session: { id: claims.id, endsAt: standing.endsAt },
    }
  }

  const claimsOf = async ({ cookies }: FastifyRequest): Promise<SessionClaims | undefined> => {
    const ticket = cookies[name]
    return ticket === undefined ? undefined : tickets.open(ticket)
  }

  const hand = async (reply: FastifyReply, claims: SessionClaims): Promise<void> => {
    void reply.setCookie(name, await tickets.seal({ ...claims }), options)
  }

  return {
    async begin(reply, who) {
      const basis = basisOf(who, live.current.console)
      const claims = { ...who, id: randomUUID(), basis: basis ?? '', begun: now(), seen: now() }
      const person = personOf(claims)
      // The configuration has changed while the password was compared or the issuer asked.
      if (person === undefined) throw new Error('a session has ended at its beginning')
      await hand(reply, claims)
      return person
    },
    async find(request) {
      const claims = await claimsOf(request)
      return claims && personOf(claims)
    },
    async renew(request, reply) {
      const claims = await claimsOf(request)
      if (claims === undefined || personOf(claims) === undefined) return undefined
      const renewed = { ...claims, seen: now() }
      await hand(reply, renewed)
      return personOf(renewed)
    },
    end({ session }, reply) {
      if (session !== undefined) ended.add(session.id)
      const [oldest] = ended
      if (ended.size > mostEnded && oldest !== undefined) ended.delete(oldest)
      void reply.clearCookie(name, options)
    },
  }
}

/** A name of its own for each installation: browsers keep cookies by host, whatever the port. */
export const cookieName = ({ kafka }: Pick<PodpipeConfig, 'kafka'>, use: string): string =>
  `podpipe.${kafka.prefix}.${use}`

/** What every cookie of the console has in common. */
export function cookieOptions({
  console: { basePath, publicUrl, tls },
}: PodpipeConfig): CookieSerializeOptions {
  return {
    path: publicUrl === undefined ? basePath : new URL(publicUrl).pathname,
    httpOnly: true,
    secure: tls !== undefined || publicUrl?.startsWith('https:') === true,
  }
}
