// From the rounds of all sides to the figures of dedup. Pure.

import type { Aim, Measurement } from '../figure.ts'
import { median, rangeOf } from '../rounds.ts'
import type { SideName } from './sides.ts'

/** What a side did in a round. */
export interface Round {
  /** Raw records decided a second. */
  readonly rate: number
  /** Processor microseconds of the side's own processes for a raw record. */
  readonly cpu: number
  /** The most memory that was resident in its processes since they were started, bytes. */
  readonly memory: number
}

export type Rounds = ReadonlyMap<SideName, readonly Round[]>

interface Comparison {
  readonly ours: SideName
  readonly peer: SideName
  /** The least that our rate is to be of the peer's. */
  readonly rate: number
  /** The most that our processor time is to be of the peer's. */
  readonly cpu?: number
}

const comparisons: readonly Comparison[] = [
  { ours: 'dedup', peer: 'streams', rate: 2.5, cpu: 0.5 },
  { ours: 'dedup', peer: 'tunedStreams', rate: 1.5, cpu: 0.5 },
  { ours: 'dedup', peer: 'copier', rate: 0.6 },
  { ours: 'twoDedups', peer: 'copier', rate: 0.9 },
]
const cpuMicroseconds = 16

const names = {
  dedup: 'dedup',
  twoDedups: 'two dedups',
  streams: 'Kafka Streams',
  tunedStreams: 'Kafka Streams, tuned',
  copier: 'exactly-once copier',
} as const satisfies Record<SideName, string>

/**
 * Medians, ranges and ratios of medians. What a side did not do is left out.
 * @param frameBytes of an event, for people
 */
export function figuresOf(rounds: Rounds, frameBytes: number): Measurement[] {
  const of = (
    name: SideName,
    field: keyof Round,
    scale = 1,
  ): { value: number; range: Measurement['range'] } => {
    const values = (rounds.get(name) ?? []).map(round => round[field] * scale)
    return { value: median(values), range: rangeOf(values) }
  }
  const has = (name: SideName): boolean => (rounds.get(name)?.length ?? 0) > 0
  const beside = (
    { ours, peer }: Comparison,
    what: string,
    unit: string,
    field: keyof Round,
    options: { scale?: number; aim?: Aim } = {},
  ): Measurement[] => {
    if (!has(ours)) return []
    const { value, range } = of(ours, field, options.scale)
    return [
      {
        what,
        unit,
        ours: value,
        range,
        ...(has(peer) ? { peer: { name: names[peer], ...of(peer, field, options.scale) } } : {}),
        ...(options.aim === undefined ? {} : { aim: options.aim }),
      },
    ]
  }
  const title = ({ ours, peer }: Comparison): string => `${names[ours]} beside ${names[peer]}`
  const cpu = of('dedup', 'cpu')
  return [
    ...comparisons.flatMap(each =>
      beside(each, `${title(each)}, ${frameBytes} bytes an event`, 'events/s', 'rate', {
        aim: { bound: 'at least', value: each.rate, of: 'ratio' },
      }),
    ),
    ...(has('dedup')
      ? [
          {
            what: 'CPU of dedup, an event',
            unit: 'us',
            ours: cpu.value,
            range: cpu.range,
            aim: { bound: 'at most', value: cpuMicroseconds } as const,
          },
        ]
      : []),
    ...comparisons.flatMap(each =>
      beside(
        each,
        `CPU of ${title(each)}, an event`,
        'us',
        'cpu',
        each.cpu === undefined ? {} : { aim: { bound: 'at most', value: each.cpu, of: 'ratio' } },
      ),
    ),
    ...comparisons.flatMap(each =>
      beside(each, `memory of ${title(each)}, at most`, 'MB', 'memory', { scale: 1e-6 }),
    ),
  ]
}
