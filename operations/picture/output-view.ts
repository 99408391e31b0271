// An output as an operator asks after it: where it goes, by what it is confirmed, and what could be doubled. Pure.

import type { Output } from '@podpipe/runtime/config/config.ts'
import type { Look } from '../figures/figures.ts'
import type { Series } from '../figures/series.ts'

export interface OutputView {
  readonly name: string
  readonly kind: Output['kind']
  readonly enabled: boolean
  /** host:port; null for one that has none. */
  readonly address: string | null
  /** The kinds of event that it takes. */
  readonly services: readonly string[]
  /** What the configuration asks for; null where nothing can be asked for. */
  readonly confirm: string | null
  /** By what it is confirmed now: one for each kind of evidence that a process has; none before the first. */
  readonly evidence: readonly string[]
  /** Connections that a process may have at once. */
  readonly connections: number
  /** Processes that run it, and how many of them have a connection just now. */
  readonly processes: number
  readonly connected: number
  readonly unconfirmed: number
  /** Since the processes started. */
  readonly delivered: number
  readonly rejected: number
  /** Events that were sent again: an upper bound of doubles at the peer. */
  readonly resent: number
  /** How connections ended, by their endings. */
  readonly endings: Readonly<Record<string, number>>
  readonly certificates: readonly { readonly file: string; readonly days: number }[]
}

export function outputView(output: Output, { services }: Look, { having, sum }: Series): OutputView {
  const { name, kind, enabled } = output
  const statuses = services.flatMap(({ answer }) => answer.status?.parts[name] ?? [])
  const of = { output: name }
  const totals = (metric: string, label: string): Map<string, number> => {
    const found = new Map<string, number>()
    for (const { labels, value } of having(metric, of))
      found.set(labels[label] ?? '', (found.get(labels[label] ?? '') ?? 0) + value)
    return found
  }
  const evidence = totals('podpipe_forwarder_evidence', 'evidence')
  // The first of several processes to notice its end counts.
  const days = new Map<string, number>()
  for (const { labels, value } of having('podpipe_forwarder_certificate_days', of))
    days.set(labels.file ?? '', Math.min(value, days.get(labels.file ?? '') ?? value))
  return {
    name,
    kind,
    enabled,
    address: output.kind === 'console' ? null : `${output.address}:${output.port}`,
    services: output.services,
    confirm: output.kind === 'console' ? null : output.confirm,
    evidence: [...evidence].filter(([, processes]) => processes > 0).map(([each]) => each),
    connections: output.kind === 'console' ? 0 : output.connections,
    processes: statuses.length,
    connected: statuses.filter(status => 'connected' in status && status.connected === true).length,
    unconfirmed: sum('podpipe_forwarder_unconfirmed_events', of),
    delivered: sum('podpipe_forwarder_events_total', { ...of, outcome: 'delivered' }),
    rejected: sum('podpipe_forwarder_events_total', { ...of, outcome: 'rejected' }),
    resent: sum('podpipe_forwarder_resent_events', of),
    endings: Object.fromEntries(totals('podpipe_forwarder_connection_ends', 'ending')),
    certificates: [...days].map(([file, left]) => ({ file, days: left })),
  }
}
