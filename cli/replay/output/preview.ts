// What a replay is about to do, before anything is sent. Pure.

import { type Share, totalsOf } from '@podpipe/forwarder/replay/share.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'
import { n } from '../../number-text.ts'
import { shownTime } from '../../time-option.ts'
import { isoOf } from '../range.ts'
import type { PeerOutput, ReplayPlan } from './plan.ts'

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
  /** Records of unique that are still to be read: the events, and a few marks of transactions. */
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

/** For a person, some lines. */
export function previewText(preview: Preview): string {
  const { name, output, address, port, tls, from, to, ids, records, events, confirmed, rate } = preview
  const services = Object.entries(preview.recordsByService).map(
    ([service, count]) => `${service} ${n(count)}`,
  )
  const counted =
    events === null
      ? ids.length === 0
        ? `some ${n(records)}: ${services.join(', ')}`
        : `those of ${ids.length} ${ids.length === 1 ? 'id' : 'ids'} among some ${n(records)}: ${services.join(', ')}; --dry-run counts them`
      : `${n(events)} among some ${n(records)}: ${services.join(', ')}`
  return [
    `Replay ${name}`,
    `  events  ${counted}`,
    ...(confirmed > 0 ? [`          besides ${n(confirmed)} that are confirmed from earlier runs`] : []),
    `  from    ${shownTime(Date.parse(from))} (UTC), when Kafka received them`,
    `  to      ${shownTime(Date.parse(to))} (UTC)`,
    `  output  ${output}, ${address}:${port}, ${tls ? 'TLS' : 'plain TCP'}`,
    `  rate    ${rate === null ? 'as fast as the output takes them' : `${n(rate)} events a second at most`}`,
  ].join('\n')
}

/** What a person has to say yes to. */
export const question = ({ output }: Preview): string =>
  `These events would be sent to ${output} beside the live ones; those that it has already it would then have twice.`
