// Which fault of the way to a peer comes next: drawn from a seed, so that a run can be repeated. Pure.

import type { Random } from '@podpipe/simulators/random.ts'

/** Each output is named by how its sink answers an end. */
export const outputs = ['devo_1', 'bare_fin', 'mute', 'plain'] as const
export type OutputName = (typeof outputs)[number]

/**
 * Those whose sink may reset connections. One that is confirmed by acknowledgements alone can lose what its sink has
 * acknowledged and not read, as docs/confirmation.md says.
 */
const resettable = ['devo_1', 'bare_fin', 'plain'] as const satisfies readonly OutputName[]

export type DeliveryFault =
  /** SIGKILL of a forwarder so many milliseconds from now; another one follows it. */
  | { readonly kind: 'kill'; readonly after: number }
  /** One more forwarder, or one less if there are three already: stopped in order, or killed. */
  | { readonly kind: 'rebalance'; readonly how: 'stop' | 'kill' }
  /** A reset by a sink behind so many bytes. */
  | { readonly kind: 'drop'; readonly output: OutputName; readonly bytes: number }
  /** A sink that accepts and reads nothing for a while, or little. */
  | { readonly kind: 'stall' | 'slow'; readonly output: OutputName; readonly ms: number }
  /** A sink that refuses new connections for a while; `restart`: and resets those that it has. */
  | { readonly kind: 'refuse' | 'restart'; readonly output: OutputName; readonly ms: number }
  /** Other certificates on both sides, of another authority. */
  | { readonly kind: 'certificate' }
  /** The Kafka broker, in order or by SIGKILL. */
  | { readonly kind: 'broker'; readonly how: 'restart' | 'kill' }

export const deliveryKinds = [
  'kill',
  'rebalance',
  'drop',
  'stall',
  'slow',
  'refuse',
  'restart',
  'certificate',
  'broker',
] as const satisfies readonly DeliveryFault['kind'][]
export type DeliveryKind = (typeof deliveryKinds)[number]

/** How often each kind is drawn: those that last long are rare. */
const weights: Readonly<Record<DeliveryKind, number>> = {
  kill: 12,
  rebalance: 6,
  drop: 24,
  stall: 2,
  slow: 3,
  refuse: 2,
  restart: 3,
  certificate: 2,
  broker: 2,
}

/** Draws the next fault. Every kind of fault takes its own number of draws, none of them a matter of time. */
export function drawDeliveryFault(random: Random, among: readonly DeliveryKind[]): DeliveryFault {
  const kind = random.pick(among.flatMap(each => Array.from({ length: weights[each] }, () => each)))
  switch (kind) {
    case 'kill':
      return { kind, after: random.below(1_000) }
    case 'rebalance':
      return { kind, how: random.pick(['stop', 'kill']) }
    case 'drop':
      return { kind, output: random.pick(resettable), bytes: 1 + random.below(60_000) }
    case 'stall':
    case 'refuse': {
      const output = random.pick(outputs)
      // Mostly seconds, and now and then the whole minute, twice as long as a peer may be silent.
      const isLong = random.chance(0.25)
      const ms = 500 + random.below(6_000)
      return { kind, output, ms: isLong ? 60_000 : ms }
    }
    case 'slow':
      return { kind, output: random.pick(outputs), ms: 1_000 + random.below(5_000) }
    case 'restart':
      return { kind, output: random.pick(resettable), ms: random.below(4_000) }
    case 'certificate':
      return { kind }
    case 'broker':
      return { kind, how: random.pick(['restart', 'kill']) }
  }
}

/** A fault in words. */
export function deliverySentence(fault: DeliveryFault): string {
  switch (fault.kind) {
    case 'kill':
      return `SIGKILL of a forwarder after ${fault.after} ms`
    case 'rebalance':
      return `a forwarder comes, or goes by ${fault.how}`
    case 'drop':
      return `${fault.output} resets a connection behind ${fault.bytes} bytes`
    case 'stall':
      return `${fault.output} reads nothing for ${fault.ms} ms`
    case 'slow':
      return `${fault.output} reads slowly for ${fault.ms} ms`
    case 'refuse':
      return `${fault.output} refuses connections for ${fault.ms} ms`
    case 'restart':
      return `${fault.output} resets everything and is away for ${fault.ms} ms`
    case 'certificate':
      return 'all certificates are exchanged'
    case 'broker':
      return `the Kafka broker: ${fault.how}`
  }
}
