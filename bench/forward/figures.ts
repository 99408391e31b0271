// From the rounds of all sides to the figures of the forwarder. Pure.

import type { Aim, Measurement } from '../figure.ts'
import { median, rangeOf } from '../rounds.ts'
import type { Round } from './round.ts'
import type { SideName } from './sides.ts'

export type Rounds = ReadonlyMap<SideName, readonly Round[]>

/** Everything that was measured. */
export interface Findings {
  readonly events: number
  /** Of an event, for people. */
  readonly eventBytes: number
  readonly undisturbed: Rounds
  /** With connections that the sink drops. */
  readonly dropped: Rounds
  /** From unique to the sink at a steady rate, milliseconds, sorted. */
  readonly delays: readonly number[]
}

const names = { forwarder: 'forwarder', rsyslog: 'rsyslog', naive: 'naive sender' } as const
const peers = [
  { peer: 'rsyslog', rate: 1.2 },
  { peer: 'naive', rate: 1.1 },
] as const
const aims = {
  cpu: 14,
  lost: 0,
  doubledPercent: 5,
  droppedRate: 0.6,
  megabytes: 150,
  growth: 1.1,
  p50: 30,
  p99: 150,
}

/** Medians, ranges and ratios of medians. What a side did not do is left out. */
export function figuresOf({ events, eventBytes, undisturbed, dropped, delays }: Findings): Measurement[] {
  const of = (rounds: Rounds, side: SideName, pick: (round: Round) => number) => {
    const values = (rounds.get(side) ?? []).map(pick)
    return { value: median(values), range: rangeOf(values) }
  }
  const ours = (
    what: string,
    unit: string,
    rounds: Rounds,
    pick: (round: Round) => number,
    more: Pick<Measurement, 'peer' | 'aim'> = {},
  ): Measurement => {
    const { value, range } = of(rounds, 'forwarder', pick)
    return { what, unit, ours: value, range, ...more }
  }
  const beside = (side: 'rsyslog' | 'naive', rounds: Rounds, pick: (round: Round) => number) =>
    (rounds.get(side)?.length ?? 0) > 0 ? { peer: { name: names[side], ...of(rounds, side, pick) } } : {}
  const rate = (round: Round): number => round.rate
  const cpu = (round: Round): number => round.cpu
  const lost = (round: Round): number => round.lost
  const atMost = (value: number, of: 'ours' | 'ratio' = 'ours'): { aim: Aim } => ({
    aim: { bound: 'at most', value, of },
  })
  const atLeast = (value: number): { aim: Aim } => ({ aim: { bound: 'at least', value, of: 'ratio' } })

  return [
    ...peers.map(({ peer, rate: least }) =>
      ours(`forwarder beside ${names[peer]}, ${eventBytes} bytes an event`, 'events/s', undisturbed, rate, {
        ...beside(peer, undisturbed, rate),
        ...atLeast(least),
      }),
    ),
    ours('CPU of the forwarder, an event', 'us', undisturbed, cpu, atMost(aims.cpu)),
    ...peers.map(({ peer }) =>
      ours(
        `CPU of the forwarder beside ${names[peer]}, an event`,
        'us',
        undisturbed,
        cpu,
        beside(peer, undisturbed, cpu),
      ),
    ),
    ours(
      'memory of the forwarder, at most',
      'MB',
      undisturbed,
      ({ peak }) => peak / 1e6,
      atMost(aims.megabytes),
    ),
    ours(
      'memory of the forwarder, last quarter beside the first',
      'MB',
      undisturbed,
      ({ late }) => late / 1e6,
      {
        peer: { name: 'first quarter', ...of(undisturbed, 'forwarder', ({ early }) => early / 1e6) },
        ...atMost(aims.growth, 'ratio'),
      },
    ),
    ours('with drops: rate beside undisturbed', 'events/s', dropped, rate, {
      peer: { name: 'undisturbed', ...of(undisturbed, 'forwarder', rate) },
      ...atLeast(aims.droppedRate),
    }),
    ours('with drops: lost', 'events', dropped, lost, atMost(aims.lost)),
    ...peers.map(({ peer }) =>
      ours(`with drops: lost beside ${names[peer]}`, 'events', dropped, lost, beside(peer, dropped, lost)),
    ),
    ours(
      'with drops: arrived twice',
      '%',
      dropped,
      ({ doubled }) => (doubled * 100) / events,
      atMost(aims.doubledPercent),
    ),
    ...(delays.length === 0
      ? []
      : [
          {
            what: 'delay from unique to the sink, median',
            unit: 'ms',
            ours: partOf(delays, 0.5),
            ...atMost(aims.p50),
          },
          {
            what: 'delay from unique to the sink, p99',
            unit: 'ms',
            ours: partOf(delays, 0.99),
            ...atMost(aims.p99),
          },
        ]),
  ]
}

/** @param sorted upwards */
export const partOf = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN

/** What is wrong with a round, in whole sentences. A peer may lose what the sink drops; nobody else may lose anything. */
export function faultsOf(side: SideName, title: string, round: Round, isDropped: boolean): string[] {
  const faults: string[] = []
  if (round.lost > 0 && (side === 'forwarder' || !isDropped))
    faults.push(
      `${title} lost ${round.lost} events${isDropped ? ', with drops' : ' though nothing was dropped'}.`,
    )
  if (round.isChanged) faults.push(`${title} changed the bytes of events.`)
  if (side === 'forwarder' && round.foreign > 0)
    faults.push(`The forwarder wrote ${round.foreign} lines that are no event as it was sent.`)
  if (!isDropped && side === 'forwarder' && round.doubled > 0)
    faults.push(`The forwarder doubled ${round.doubled} events though nothing was dropped.`)
  return faults
}
