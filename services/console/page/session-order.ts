// In which order streams are listed. Pure.

import type { SessionAnswer } from '../api/sessions-schema.ts'

/** `name`; `state`: what is not well first; `stored`: who is farthest behind first. */
export const orders = ['name', 'state', 'stored'] as const

export type Order = (typeof orders)[number]

/** The worse, the sooner. */
const states = ['unassigned', 'backing_off', 'opening', 'archive', 'live']

type Ordered = Pick<SessionAnswer, 'name' | 'state' | 'position'>

/** @param order anything else than an order is `name` */
export function inOrder<Session extends Ordered>(sessions: readonly Session[], order: string): Session[] {
  const byName = (a: Ordered, b: Ordered): number => (a.name < b.name ? -1 : 1)
  const by: Readonly<Record<string, (session: Ordered) => number>> = {
    state: ({ state }) => states.indexOf(state),
    // What has stored nothing yet is farther behind than all.
    stored: ({ position }) => Date.parse(position?.covered_to ?? '') || 0,
  }
  const rank = Object.hasOwn(by, order) ? by[order] : undefined
  return sessions.toSorted((a, b) => (rank === undefined ? 0 : rank(a) - rank(b)) || byName(a, b))
}
