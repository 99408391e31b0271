// The forwarder from Kafka to a sink over mutual TLS, and what others make of the same: every side in turn on one
// broker, from the same topic, round after round; then the same with a sink that drops connections; then the delay.

import { join } from 'node:path'
import { createCertificates } from '@podpipe/simulators/certificates.ts'
import type { Bench, Benchmark, Result } from '../benchmark.ts'
import { startBroker } from '../broker.ts'
import { startChild } from '../child.ts'
import { openOutside } from '../dedup/topics.ts'
import { measureDelays } from './delay.ts'
import { faultsOf, figuresOf, partOf } from './figures.ts'
import { type Round, runRound } from './round.ts'
import { type SideName, sidesOf } from './sides.ts'
import type { SinkOptions } from './sink.ts'
import { fillUnique } from './topic.ts'

const rounds = 3
/** Connections that are dropped: the mean of bytes between two, over all connections. */
const dropEvery = 20e6

export const forward: Benchmark = {
  name: 'forward',
  summary:
    'the forwarder to a sink over mutual TLS beside rsyslog and a naive sender, with drops, its delay and memory',
  events: 200_000,
  run,
}

async function run(bench: Bench): Promise<Result> {
  const { directory, events, signal, say } = bench
  await using stack = new AsyncDisposableStack()
  say('Starting Kafka and the sink ...')
  const { brokers } = await startBroker(bench, stack, 'work')
  const outside = await openOutside(brokers, stack)
  const certificates = await createCertificates(join(directory, 'certs'))
  const { server, chainFile } = certificates
  const options: SinkOptions = { cert: server.certFile, key: server.keyFile, chain: chainFile }
  const sink = await startChild('forward/sink.ts', options, {}, stack)
  const { port: sinkPort } = sink.facts as { port: number }
  const sides = await sidesOf({ directory, brokers, certificates, sinkPort, say })
  say(`Filling unique with ${events.toLocaleString('en-US')} events ...`)
  const facts = await fillUnique(outside, events, signal)

  const faults: string[] = []
  const roundsOf = async (what: string, every: number): Promise<Map<SideName, Round[]>> => {
    const found = new Map<SideName, Round[]>(sides.map(({ name }) => [name, []]))
    for (let at = 0; at < rounds; at++) {
      // Another one first each time: the first meets a broker that has rested.
      for (const side of [...sides.slice(at % sides.length), ...sides.slice(0, at % sides.length)]) {
        const seed = every === 0 ? 0 : Math.floor(Math.random() * 2 ** 31)
        const name = `${side.name}-${what}-${at}`
        const round = await runRound({
          side,
          round: name,
          sink,
          unique: facts,
          dropEvery: every,
          seed,
          signal,
        })
        found.get(side.name)?.push(round)
        faults.push(...faultsOf(side.name, side.title, round, every > 0))
        say(`  round ${at + 1}, ${side.title}: ${textOf(round)}${every === 0 ? '' : `, seed ${seed}`}`)
      }
    }
    return found
  }
  const undisturbed = await roundsOf('undisturbed', 0)
  say(`The same with a sink that drops a connection every ${dropEvery / 1e6} MB ...`)
  const dropped = await roundsOf('dropped', dropEvery)
  say('At a steady rate ...')
  const ours = sides.find(({ name }) => name === 'forwarder')
  const delays = ours === undefined ? [] : await measureDelays({ side: ours, sink, outside, signal })
  say(`  delay: median ${partOf(delays, 0.5).toFixed(1)} ms, p99 ${partOf(delays, 0.99).toFixed(1)} ms`)
  return {
    measurements: figuresOf({ events, eventBytes: facts.eventBytes, undisturbed, dropped, delays }),
    faults,
  }
}

const textOf = ({ rate, cpu, peak, lost, doubled, drops }: Round): string =>
  `${rate.toFixed(0)} events/s, ${cpu.toFixed(1)} us, ${(peak / 1e6).toFixed(0)} MB` +
  (drops === 0 ? '' : `, ${drops} drops: lost ${lost}, doubled ${doubled}`)
