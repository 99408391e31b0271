// A Kafka that stands still under a flood: stopped by a signal, its connections open, so that nobody is told. What
// ingest holds meanwhile has a bound; this measures it from outside.

import { setTimeout as sleep } from 'node:timers/promises'
import type { EmbeddedBroker } from '@podpipe/runtime/broker/embedded.ts'
import type { Child } from '../child.ts'
import type { Measurement } from '../figure.ts'
import { readMemory } from '../proc.ts'
import type { Flood } from './flood.ts'
import type { Taker } from './takers.ts'

const flowing = 3_000
const stall = 25_000
const lookInterval = 50
/** More than anybody takes in this time. */
const enough = 50_000_000
const mostMebibytes = 64

/** Measures a taker that is at rest and has not worked before. */
export async function floodStalled(options: {
  taker: Taker
  flood: Child
  broker: EmbeddedBroker
  endOf: (taker: Taker) => Promise<number>
  untilEnd: (taker: Taker, end: number) => Promise<void>
  signal: AbortSignal
}): Promise<Measurement[]> {
  const { taker, flood, broker, endOf, untilEnd, signal } = options
  const pid = taker.pid()
  const kafka = broker.pid
  if (kafka === undefined) throw new Error('The embedded Kafka broker has ended.')
  const atRest = readMemory(pid).resident
  flood.tell({ path: taker.path, events: enough } satisfies Flood)
  await sleep(flowing, undefined, { signal })
  const inFlow = readMemory(pid).peak

  let whileStalled = 0
  process.kill(kafka, 'SIGSTOP')
  try {
    for (const until = performance.now() + stall; performance.now() < until; ) {
      await sleep(lookInterval, undefined, { signal })
      whileStalled = Math.max(whileStalled, readMemory(pid).resident)
    }
  } finally {
    process.kill(kafka, 'SIGCONT')
  }
  // It goes on where it stood: as many events again as it had taken.
  await untilEnd(taker, 2 * (await endOf(taker)))
  const mebibytes = (bytes: number): number => (bytes - atRest) / 2 ** 20
  return [
    { what: 'memory of ingest at rest', unit: 'MB', ours: atRest / 1e6 },
    { what: 'memory of ingest in the flood, above rest, at most', unit: 'MiB', ours: mebibytes(inFlow) },
    {
      what: 'memory of ingest while Kafka stands still, above rest, at most',
      unit: 'MiB',
      ours: mebibytes(whileStalled),
      aim: { bound: 'at most', value: mostMebibytes },
    },
    {
      what: 'memory of ingest from start to end, above rest, at most',
      unit: 'MiB',
      ours: mebibytes(readMemory(pid).peak),
    },
  ]
}
