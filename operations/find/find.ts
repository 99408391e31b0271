// The ways of one event, of each kind of event in which its id may be.

import type { Service } from '@podpipe/schemas/service.ts'
import { shownTime } from '../times.ts'
import { type Lookup, lookFor } from './look.ts'
import { type Found, type Step, wayOf } from './way.ts'

/** What `podpipe find -o json` prints: keys are only ever added. */
export interface FindReport {
  readonly id: string
  /** From when on it was looked for, RFC 3339. */
  readonly from: string
  readonly found: readonly { readonly service: string; readonly copies: readonly Step[] }[]
}

/** What lies of an event in the topics of its kind, and the way of each of its copies. */
export interface Way {
  readonly found: Found
  readonly steps: readonly Step[]
}

/** Reads one partition of each kind of event; kinds in which nothing has the id are left out. */
export async function findWays(id: string, services: readonly Service[], lookup: Lookup): Promise<Way[]> {
  const found = await Promise.all(services.map(service => lookFor(id, service, lookup)))
  return found.map(each => ({ found: each, steps: wayOf(each) })).filter(({ steps }) => steps.length > 0)
}

/** @param from milliseconds since 1970 */
export const findReportOf = (id: string, from: number, ways: readonly Way[]): FindReport => ({
  id,
  from: shownTime(from),
  found: ways.map(({ found: { service }, steps }) => ({ service, copies: steps })),
})
