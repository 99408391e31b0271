// Who may do what in the console. Pure; the table of docs/security.md in code.

import type { ConsoleRole } from '@podpipe/runtime/config/config.ts'

/**
 * What a route asks of whoever calls it. `open` asks nothing: it is how one signs in. `content` is the right to see
 * events, which the configuration gives to a role of its own.
 */
export type Right = 'open' | 'content' | ConsoleRole

/** How somebody is known: nobody has to say who he is, the proxy said it, a password or an issuer proved it. */
export type By = 'nobody' | 'proxy' | 'password' | 'oidc'

/** Somebody who is known to the console. */
export interface Person {
  readonly name: string
  readonly role: ConsoleRole
  /** Whether events are shown to this person. */
  readonly seesContent: boolean
  readonly by: By
  /** The session of who signed in here; undefined where each request is known by itself. */
  readonly session?: { readonly id: string; readonly endsAt: number }
}

const ranks: Readonly<Record<ConsoleRole, number>> = { viewer: 1, operator: 2, admin: 3 }

/** Whether a role is another one or more than that. */
export const isAtLeast = (role: ConsoleRole, least: ConsoleRole): boolean => ranks[role] >= ranks[least]

/** Whether a role sees events, where `content` is the least that does. */
export const seesContent = (role: ConsoleRole, content: ConsoleRole | 'none'): boolean =>
  content !== 'none' && isAtLeast(role, content)

/** Whether somebody may use a route that asks for a right. */
export function may(person: Pick<Person, 'role' | 'seesContent'> | undefined, right: Right): boolean {
  if (right === 'open') return true
  if (person === undefined) return false
  return right === 'content' ? person.seesContent : isAtLeast(person.role, right)
}

/** What the right is, for the document of the API. */
export const meanings: Readonly<Record<Right, string>> = {
  open: 'Anybody may ask, also without having signed in.',
  viewer: 'Everybody who is signed in may ask.',
  content: 'Only who may see the content of events (`console.content`).',
  operator: 'Only operators and admins.',
  admin: 'Only admins.',
}
