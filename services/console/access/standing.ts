// What a session is worth now: it ends by the clock, and with what it rests on. Pure.

import { createHash } from 'node:crypto'
import type { ConsoleRole, ConsoleSettings } from '@podpipe/runtime/config/config.ts'

/** What the browser carries of a session, sealed. Times are milliseconds since 1970. */
export interface SessionClaims {
  readonly id: string
  readonly name: string
  readonly by: 'password' | 'oidc'
  /** As it was at the beginning; that of the configuration counts for who has a password there. */
  readonly role: ConsoleRole
  /** What it rests on; see basisOf. */
  readonly basis: string
  readonly begun: number
  /** When the person was last known to be there. */
  readonly seen: number
}

export interface Standing {
  readonly role: ConsoleRole
  /** When it ends if nothing more is done; milliseconds since 1970. */
  readonly endsAt: number
}

type Settings = Pick<ConsoleSettings, 'users' | 'oidc' | 'groups' | 'session'>

/**
 * A digest of what a session rests on: when that changes, the session has ended. For a password it is its hash and the role, for an
 * issuer who it is and which groups make which role. Undefined where the way is not there any more.
 */
export function basisOf(
  { name, by }: Pick<SessionClaims, 'name' | 'by'>,
  { users, oidc, groups }: Settings,
): string | undefined {
  if (by === 'password') {
    const user = users.find(each => each.name === name)
    return user && digest([user.passwordHash, user.role])
  }
  return oidc && digest([oidc.issuer, oidc.clientId, oidc.nameClaim, oidc.groupsClaim, groups])
}

/** What it is worth; undefined if it has ended. */
export function standingOf(claims: SessionClaims, settings: Settings, now: number): Standing | undefined {
  const { begun, seen, basis, role } = claims
  const { lifeMs, idleMs } = settings.session
  const endsAt = Math.min(begun + lifeMs, seen + idleMs)
  return now < endsAt && basis === basisOf(claims, settings) ? { role, endsAt } : undefined
}

const digest = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22)
