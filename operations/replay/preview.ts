// What a replay is about to do, before anything is sent. Pure.

import { type Share, totalsOf } from '@podpipe/forwarder/replay/share.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'
import type { PeerOutput, ReplayPlan } from './plan.ts'
import { isoOf } from './range.ts'

/** As `podpipe replay --dry-run -o json` prints it: keys are only ever added. */
export interface Preview {
  readonly name: string
  readonly output: string
  readonly address: string
  readonly port: number
  readonly tls: boolean
  /** ISO 8601, UTC. */
  readonly from: string
  readonly to: string
  readonly services: readonly string[]
  readonly ids: readonly string[]
  /** Offsets of unique that are still to be read: the events, and the marks of transactions between them. */
  readonly records: number
  readonly recordsByService: Readonly<Record<string, number>>
  /** Events that are still to be sent; null where nobody has counted them. */
  readonly events: number | null
  /** Events that earlier runs of this replay have sent, confirmed. */
  readonly confirmed: number
  /** Events a second at most; null for as fast as the output takes them. */
  readonly rate: number | null
}

export function previewOf(options: {
  readonly name: string
  readonly plan: ReplayPlan
  readonly output: PeerOutput
  readonly topics: Topics
  readonly shares: readonly Share[]
  readonly rate: number | undefined
  readonly events: number | undefined
}): Preview {
  const { name, plan, output, topics, shares, rate, events } = options
  const left = (of: readonly Share[]): number => of.reduce((sum, { offset, end }) => sum + end - offset, 0)
  return {
    name,
    output: output.name,
    address: output.address,
    port: output.port,
    tls: output.kind === 'tls',
    from: isoOf(plan.from),
    to: isoOf(plan.to),
    services: plan.services,
    ids: plan.ids,
    records: left(shares),
    recordsByService: Object.fromEntries(
      plan.services.map(service => [
        service,
        left(shares.filter(({ topic }) => topic === topics.unique(service).name)),
      ]),
    ),
    events: events ?? null,
    confirmed: totalsOf(shares).confirmed,
    rate: rate ?? null,
  }
}
