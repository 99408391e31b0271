// The delay from unique to the sink at a steady rate, far below what the forwarder could do.

import { setTimeout as sleep } from 'node:timers/promises'
import { createProducer } from '@podpipe/runtime/kafka/write/producer.ts'
import type { Child } from '../child.ts'
import type { Outside } from '../dedup/topics.ts'
import type { Side } from './sides.ts'
import type { Answer, Question } from './sink.ts'
import { createRecords, unique } from './topic.ts'

const eventsPerSecond = 2_000
const seconds = 10
/** Until compiled code is what runs; not in the figures, seconds. */
const warmUp = 3
const batchMs = 20
const patience = 30_000

/**
 * Measures from Kafka's acknowledgement of a batch to the arrival of each of its events; what arrives before it counts
 * as no delay at all.
 * @returns milliseconds, sorted
 * @throws Error when events do not arrive
 */
export async function measureDelays(options: {
  side: Side
  sink: Child
  outside: Outside
  signal: AbortSignal
}): Promise<number[]> {
  const { side, sink, outside, signal } = options
  const ask = async (question: Question): Promise<Answer> => (await sink.ask(question)) as Answer
  const events = (warmUp + seconds) * eventsPerSecond
  await outside.empty([unique])
  await ask({ begin: events, dropEvery: 0, seed: 1 })
  await using stack = new AsyncDisposableStack()
  const producer = await createProducer(outside.client)
  stack.defer(producer.close)
  const working = await side.start('forwarder-delay', stack)
  const recordOf = createRecords(Date.now())
  const inUnique = new Float64Array(events)
  const sending: Promise<void>[] = []
  const perBatch = (eventsPerSecond * batchMs) / 1000
  const begun = now()
  for (let from = 0; from < events; from += perBatch) {
    signal.throwIfAborted()
    working.requireRunning()
    const due = begun + (from / eventsPerSecond) * 1000
    if (due > now()) await sleep(due - now())
    const records = Array.from({ length: perBatch }, (_, at) => recordOf(from + at).record)
    sending.push(producer.send(records).then(() => void inUnique.fill(now(), from, from + perBatch)))
  }
  await Promise.all(sending)
  for (const until = now() + patience; (await ask({ times: false })).distinct < events; await sleep(50))
    if (now() > until) throw new Error(`Not all events came to the sink within ${patience / 1000} s.`)
  const { times = [] } = await ask({ times: true })
  const skipped = warmUp * eventsPerSecond
  return times
    .slice(skipped)
    .map((at, index) => Math.max(0, at - (inUnique[skipped + index] ?? 0)))
    .toSorted((a, b) => a - b)
}

const now = (): number => performance.timeOrigin + performance.now()
