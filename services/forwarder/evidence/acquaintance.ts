// What is known of a peer, as a note that is committed with the offsets of its output: a forwarder that begins, or takes
// a partition over, while the peer hangs must not take it for one that never answers. Pure.

import { type Evidence, evidences } from './evidence.ts'

export interface Acquaintance {
  /** What the peer usually gives. */
  readonly evidence: Evidence
  /** Since when, and when last; milliseconds since 1970. */
  readonly since: number
  readonly last: number
  /** Stretches that were confirmed by it. */
  readonly times: number
}

/** A peer as its output is configured; what is known of one is not known of another. */
export const peerName = (secure: boolean, address: string, port: number): string =>
  `${secure ? 'tls' : 'tcp'}://${address}:${port}`

export const noteOf = (peer: string, { evidence, since, last, times }: Acquaintance): string =>
  JSON.stringify({ peer, evidence, since: dateOf(since), last: dateOf(last), times })

/** Nothing for a note about another peer, for none, and for what somebody else has noted. */
export function acquaintanceIn(note: string, peer: string): Acquaintance | undefined {
  const found = fieldsOf(note)
  const evidence = evidences.find(each => each === found.evidence)
  const [since, last] = [Date.parse(String(found.since)), Date.parse(String(found.last))]
  const { times } = found
  if (found.peer !== peer || evidence === undefined || typeof times !== 'number') return undefined
  return Number.isNaN(since) || Number.isNaN(last) ? undefined : { evidence, since, last, times }
}

const dateOf = (ms: number): string => new Date(ms).toISOString()

function fieldsOf(note: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(note)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
