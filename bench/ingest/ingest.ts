// ingest alone against a flood of message events, and against the least that could do: ws and kafkajs, by turns
// on the same broker. Then what it holds in memory while the broker stands still.

import { setTimeout as sleep } from 'node:timers/promises'
import { edgesOf } from '@podpipe/runtime/kafka/read/offsets.ts'
import type { Bench, Benchmark, Result } from '../benchmark.ts'
import { startBroker } from '../broker.ts'
import { readTimes } from '../proc.ts'
import type { Flood } from './flood.ts'
import { floodStalled } from './stall.ts'
import { startFloodOfIngest, type Taker } from './takers.ts'

const rounds = 2
const restTime = 5_000
const pollInterval = 20
/** A taker that takes nothing for so long takes nothing any more, milliseconds. */
const patience = 60_000
const cpuMicroseconds = 20

interface Round {
  readonly seconds: number
  readonly cpu: number
}

export const ingest: Benchmark = {
  name: 'ingest',
  summary: 'ingest under a flood beside a bare ws to kafkajs sender; its memory while Kafka stands still',
  run,
}

async function run({ directory, events, signal, log, say }: Bench): Promise<Result> {
  await using stack = new AsyncDisposableStack()
  say('Starting Kafka, a flood and those who take it ...')
  const broker = await startBroker({ directory, log, signal }, stack)
  const takers = await startFloodOfIngest({ directory, brokers: broker.brokers, signal, log }, stack)
  const { ours, bare, flood, cluster } = takers

  const endOf = async ({ topic, partitions }: Taker): Promise<number> => {
    const places = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }))
    for (const until = performance.now() + patience; ; ) {
      try {
        return (await edgesOf(cluster, places, 'high')).reduce((sum, end) => sum + end, 0)
      } catch (error) {
        // A broker that has stood still leads its partitions anew.
        if (performance.now() > until) throw error
        await sleep(pollInterval, undefined, { signal })
        await cluster.refreshMetadata().catch(() => undefined)
      }
    }
  }
  const untilEnd = async (taker: Taker, end: number): Promise<void> => {
    let last = await endOf(taker)
    for (let lookedAt = performance.now(); last < end; ) {
      signal.throwIfAborted()
      await sleep(pollInterval)
      const now = await endOf(taker)
      if (now > last) lookedAt = performance.now()
      else if (performance.now() - lookedAt > patience) {
        throw new Error(`${taker.name} took ${now} of ${end} events, and then none for ${patience / 1000} s.`)
      }
      last = now
    }
  }
  const round = async (taker: Taker, count: number): Promise<Round> => {
    const end = (await endOf(taker)) + count
    const before = readTimes(taker.pid()).cpu
    const begun = performance.now()
    flood.tell({ path: taker.path, events: count } satisfies Flood)
    await untilEnd(taker, end)
    const seconds = (performance.now() - begun) / 1000
    return { seconds, cpu: ((readTimes(taker.pid()).cpu - before) * 1e6) / count }
  }

  // The flood comes in blocks of 16.
  const count = Math.ceil(events / 16) * 16
  for (const taker of [ours, bare]) await round(taker, count)
  const found = { ours: [] as Round[], bare: [] as Round[] }
  for (let at = 1; at <= rounds; at++) {
    for (const [name, taker] of [
      ['ours', ours],
      ['bare', bare],
    ] as const) {
      const one = await round(taker, count)
      found[name].push(one)
      say(
        `  round ${at}, ${taker.name}: ${speedOf([one], count).toFixed(0)} events/s, ${one.cpu.toFixed(1)} us`,
      )
    }
  }
  await ours.restart()
  say(`At rest for ${restTime / 1000} s, then a flood onto a Kafka that stands still ...`)
  await sleep(restTime, undefined, { signal })
  const stalled = await floodStalled({ taker: ours, flood, broker, endOf, untilEnd, signal })

  const peer = (value: number) => ({ name: 'ws + kafkajs', value })
  return {
    measurements: [
      {
        what: `ingest, ${takers.eventBytes} bytes an event`,
        unit: 'events/s',
        ours: speedOf(found.ours, count),
        peer: peer(speedOf(found.bare, count)),
      },
      {
        what: 'CPU of ingest, an event',
        unit: 'us',
        ours: cpuOf(found.ours),
        aim: { bound: 'at most', value: cpuMicroseconds },
      },
      {
        what: 'CPU of ingest beside a bare sender, an event',
        unit: 'us',
        ours: cpuOf(found.ours),
        peer: peer(cpuOf(found.bare)),
        aim: { bound: 'at most', value: 1, of: 'ratio' },
      },
      ...stalled,
    ],
    faults: [],
  }
}

const speedOf = (of: readonly Round[], count: number): number =>
  (of.length * count) / of.reduce((sum, { seconds }) => sum + seconds, 0)

const cpuOf = (of: readonly Round[]): number => of.reduce((sum, { cpu }) => sum + cpu, 0) / of.length
