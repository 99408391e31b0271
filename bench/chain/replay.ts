// A replay to an output beside the forwarder: both send the same unique events to the same Devo over mutual TLS, in turn.
// The clock runs from the first event that the sink has to the last one, so no start of a process is measured.

import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { writeConfig } from '@podpipe/demo/config-file.ts'
import { type ServiceProcess, startPodpipe } from '@podpipe/demo/service-process.ts'
import { deleteGroup } from '@podpipe/runtime/kafka/group/standalone-offsets.ts'
import { createProducer } from '@podpipe/runtime/kafka/write/producer.ts'
import { groupOf } from '@podpipe/schemas/names.ts'
import { createCertificates } from '@podpipe/simulators/certificates.ts'
import type { DevoStats } from '@podpipe/simulators/devo/devo.ts'
import type { Bench, Benchmark, Result } from '../benchmark.ts'
import { startBroker } from '../broker.ts'
import { rawRecords } from '../dedup/raw.ts'
import { kafka, type Outside, openOutside, topics } from '../dedup/topics.ts'
import { median, rangeOf } from '../rounds.ts'
import { type SimulatorProcess, startSimulator } from './simulator-process.ts'

const rounds = 3
const batchRecords = 1_000
const pollInterval = 10
/** A side that sends nothing for so long sends nothing any more, milliseconds. */
const patience = 60_000

export const replay: Benchmark = {
  name: 'replay',
  summary: 'events a second of a replay to an output, beside those of the forwarder',
  run,
}

async function run({ directory, events, signal, log, say }: Bench): Promise<Result> {
  await using stack = new AsyncDisposableStack()
  say('Starting Kafka and a Devo ...')
  const { brokers } = await startBroker({ directory, log, signal }, stack, 'work')
  const outside = await openOutside(brokers, stack)
  const certificates = await createCertificates(join(directory, 'certs'))
  const trust = certificates.chainFile
  const onStart = (started: ServiceProcess): void =>
    stack.defer(async () => void (started.running && (await started.kill())))
  const devo = await startSimulator<DevoStats>(
    'devo',
    ['--certs', join(directory, 'certs'), '--domain', certificates.domain],
    { logFile: join(directory, 'devo.log'), trust, signal, onStart },
  )
  const configFile = await writeConfig(
    directory,
    {
      proofpointUrl: 'wss://localhost:1',
      cluster: 'bench_hosted',
      apiKey: 'unused',
      devoPort: Number(devo.facts.port),
      domain: certificates.domain,
    },
    { brokers, ...kafka },
  )
  say(`Filling unique with ${events.toLocaleString('en-US')} events ...`)
  await fillUnique(outside, events, signal)

  const start = (name: string, args: readonly string[]): ServiceProcess => {
    const options = { logFile: join(directory, `${name}.log`), trust }
    const started = startPodpipe(name, [...args, '--config', configFile], options)
    onStart(started)
    return started
  }
  const range = ['--from', '-1h', '--to', 'now', '--service', 'message']
  const sides = {
    replay: (at: number) =>
      start('replay', ['replay', '--output', 'devo_1', ...range, '--name', `round${at}`, '--yes']),
    forwarder: () => start('forwarder', ['run', 'forwarder']),
  }
  const rates: Record<keyof typeof sides, number[]> = { replay: [], forwarder: [] }
  for (let at = 0; at < rounds; at++) {
    // Another one first each time: the first meets a broker that has rested.
    for (const side of at % 2 === 0
      ? (['forwarder', 'replay'] as const)
      : (['replay', 'forwarder'] as const)) {
      const rate = await measure(sides[side](at), devo, events, signal)
      rates[side].push(rate)
      say(`  round ${at + 1}, ${side}: ${rate.toFixed(0)} events/s`)
      // The next forwarder begins at the beginning again.
      if (side === 'forwarder') await deleteGroup(outside.client, groupOf(kafka.prefix, 'forwarder-devo_1'))
    }
  }
  const { distinct, frames } = await devo.stats()
  const expected = 2 * rounds * events
  return {
    measurements: [
      {
        what: 'replay to an output over mutual TLS, first to last event at the sink',
        unit: 'events/s',
        ours: median(rates.replay),
        range: rangeOf(rates.replay),
        peer: { name: 'the forwarder', value: median(rates.forwarder), range: rangeOf(rates.forwarder) },
        aim: { bound: 'at least', value: 0.95, of: 'ratio' },
      },
    ],
    faults:
      distinct === events && frames >= expected
        ? []
        : [
            `The sink has ${frames} events, ${distinct} of them different; it should have ${expected}, ${events} different.`,
          ],
  }
}

/** Runs a side until the sink has every event once more. */
async function measure(
  side: ServiceProcess,
  devo: SimulatorProcess<DevoStats>,
  events: number,
  signal: AbortSignal,
): Promise<number> {
  const before = (await devo.stats()).frames
  let first: { readonly at: number; readonly count: number } | undefined
  let [last, movedAt] = [0, performance.now()]
  for (;;) {
    signal.throwIfAborted()
    const count = (await devo.stats()).frames - before
    const now = performance.now()
    if (count > 0) first ??= { at: now, count }
    if (count >= events && first !== undefined) {
      // A replay ends by itself, once all is confirmed; so that a forwarder has committed all it is stopped in order.
      await (side.name === 'forwarder' ? side.stop() : ended(side))
      return ((events - first.count) * 1_000) / (now - first.at)
    }
    if (count !== last) [last, movedAt] = [count, now]
    if (now - movedAt > patience)
      throw new Error(
        `${side.name} sent ${count} events, and then none for ${patience / 1_000} s:\n${side.tail(8)}`,
      )
    await sleep(pollInterval, undefined, { signal })
  }
}

async function ended(side: ServiceProcess): Promise<void> {
  while (side.running) await sleep(pollInterval)
}

/** Unique events of a usual size, all different. */
async function fillUnique({ client }: Outside, count: number, signal: AbortSignal): Promise<void> {
  const unique = topics.unique('message')
  const producer = await createProducer(client)
  try {
    let batch: Parameters<typeof producer.send>[0][number][] = []
    const send = async (): Promise<void> => {
      signal.throwIfAborted()
      await producer.send(batch)
      batch = []
    }
    const seen = new Set<string>()
    for (const { key, frame } of rawRecords(Math.ceil((count * 10) / 9) + 1, Date.now())) {
      if (seen.has(key) || seen.size === count) continue
      seen.add(key)
      const { cluster, service, received_at, event_time, sequence } = frame
      const value = unique.codec.encode({
        cluster,
        service,
        id: key,
        event_time,
        received_at,
        raw_partition: 0,
        raw_offset: sequence,
        payload: frame.frame,
      })
      if (batch.push({ topic: unique.name, key, value }) === batchRecords) await send()
    }
    if (batch.length > 0) await send()
  } finally {
    await producer.close()
  }
}
