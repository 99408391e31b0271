// Sessions of who signed in. All of one is in its cookie; besides there is only which ones were ended by hand (revocations.ts).

import { randomUUID } from 'node:crypto'
import type { CookieSerializeOptions } from '@fastify/cookie'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import type { LiveConfig } from '@podpipe/runtime/config/watched-config.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { JWTPayload } from 'jose'
import type { Revocations } from './revocations.ts'
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

// As long a request waits, behind a start, until it is known who has signed out before.
const patienceMs = 5_000

export function createSessions(
  config: PodpipeConfig,
  live: Pick<LiveConfig, 'current'>,
  revocations: Pick<Revocations, 'has' | 'add' | 'known'>,
  now: () => number = Date.now,
): Sessions {
  const tickets = createTickets<SessionClaims & JWTPayload>(config.console.secretKey, 'session')
  const name = cookieName(config, 'session')
  const options: CookieSerializeOptions = { ...cookieOptions(config), sameSite: 'strict' }
  const startedAt = now()

  const personOf = (claims: SessionClaims): Person | undefined => {
    const { console: settings } = live.current
    const standing = revocations.has(claims.id) ? undefined : standingOf(claims, settings, now())
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
    const claims = ticket === undefined ? undefined : await tickets.open(ticket)
    if (claims === undefined || claims.begun >= startedAt) return claims
    // One of before this start may have been ended since, and nobody here would know: where Kafka does not say, it does not count, and
    // whoever has it signs in anew.
    return (await revocations.known(patienceMs)) ? claims : undefined
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
      if (session !== undefined) revocations.add(session.id)
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
