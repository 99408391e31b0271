// What a run under faults comes to: what went in against what came out, event by event. Pure.

import type { TopicCounts } from '@podpipe/demo/topic-counts.ts'

export interface FaultAccount extends TopicCounts {
  /** Records that Kafka has acknowledged to who wrote them into raw. */
  readonly sent: number
  /** Different events among them. */
  readonly events: number
  /** Of those, the ones that are not in unique. */
  readonly lost: number
  /** Of those again, the ones that are not even in raw: Kafka, or who wrote them there, has lost them. */
  readonly lostBeforeRaw: number
  /** Events in unique that nobody has sent. */
  readonly foreign: number
}

/**
 * Adds up a run.
 * @param found.events every event that was sent, by name
 * @param found.arrived every event in raw
 * @param found.published every event in unique
 */
export function faultAccountOf(
  found: TopicCounts & {
    readonly sent: number
    readonly events: ReadonlySet<string>
    readonly arrived: ReadonlySet<string>
    readonly published: ReadonlySet<string>
  },
): FaultAccount {
  const { events, arrived, published, ...counts } = found
  const lost = [...events].filter(event => !published.has(event))
  return {
    ...counts,
    events: events.size,
    lost: lost.length,
    lostBeforeRaw: lost.filter(event => !arrived.has(event)).length,
    foreign: [...published].filter(event => !events.has(event)).length,
  }
}

/** Why an account does not close; empty when it does. */
export function gapsOf(a: FaultAccount): string[] {
  const decided = a.unique + a.duplicate + a.rejected
  const checks: [holds: boolean, otherwise: string][] = [
    [a.received >= a.sent, `${a.sent} records were acknowledged and raw holds ${a.received}`],
    [a.received === decided, `raw holds ${a.received} records and the ledger counts ${decided}`],
    [
      a.unique === a.inUnique,
      `the ledger counts ${a.unique} unique events and the topic holds ${a.inUnique}`,
    ],
    [a.lost === 0, `${a.lost} events were lost, ${a.lostBeforeRaw} of them on the way into raw`],
    [a.foreign === 0, `${a.foreign} events in unique were never sent`],
    [a.doubledInUnique === 0, `${a.doubledInUnique} events stand twice in unique`],
  ]
  return checks.flatMap(([holds, otherwise]) => (holds ? [] : [otherwise]))
}

/** The account on one line, for people. */
export function sentenceOf(a: FaultAccount): string {
  return `sent ${a.sent}   received ${a.received} = unique ${a.unique} + duplicate ${a.duplicate} + rejected ${a.rejected}      in unique ${a.inUnique}   lost ${a.lost}   doubled ${a.doubledInUnique}`
}
