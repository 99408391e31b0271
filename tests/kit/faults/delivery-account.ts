// What outputs under faults come to: the events in unique against what each sink has, payload by payload. Pure.

import type { DevoStats } from '@podpipe/simulators/devo/devo.ts'

export interface DeliveryAccount {
  readonly output: string
  /** Different events that Kafka has. */
  readonly sent: number
  readonly received: number
  readonly lost: number
  /** Payloads that nobody has sent: changed ones, forged ones, spliced ones. */
  readonly foreign: number
  readonly malformed: number
  /** Copies beyond the first, and how many of them the faults can explain. */
  readonly doubled: number
  readonly bound: number
}

/**
 * Adds up one sink.
 * @param events the hashes of all payloads that were sent
 * @param arrived the hashes of all that came
 * @param bound how many may have come twice
 */
export function deliveryAccountOf(
  output: string,
  events: ReadonlySet<string>,
  arrived: Iterable<string>,
  { doubled, malformed }: Pick<DevoStats, 'doubled' | 'malformed'>,
  bound: number,
): DeliveryAccount {
  const found = new Set(arrived)
  return {
    output,
    sent: events.size,
    received: found.size,
    lost: [...events].filter(hash => !found.has(hash)).length,
    foreign: [...found].filter(hash => !events.has(hash)).length,
    malformed,
    doubled,
    bound,
  }
}

/** Why an account does not close; empty when it does. */
export function deliveryGapsOf(a: DeliveryAccount): string[] {
  const checks: [holds: boolean, otherwise: string][] = [
    [a.lost === 0, `${a.lost} events were lost`],
    [a.foreign === 0, `${a.foreign} events were never sent: changed, forged or spliced`],
    [a.malformed === 0, `${a.malformed} records are none`],
    [a.doubled <= a.bound, `${a.doubled} doubles, and the faults explain ${a.bound} at most`],
  ]
  return checks.flatMap(([holds, otherwise]) => (holds ? [] : [`${a.output}: ${otherwise}`]))
}

/** The account on one line, for people. */
export function deliverySentenceOf(a: DeliveryAccount): string {
  return `${a.output}: sent ${a.sent}   received ${a.received}   lost ${a.lost}   changed or forged ${a.foreign + a.malformed}   doubled ${a.doubled} of at most ${a.bound}`
}
