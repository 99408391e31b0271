// dedup from raw to unique, and what others make of the same: every side in turn on one broker, from the same raw
// topic, round after round, so that all of them meet the same machine.

import type { Bench, Result } from '../benchmark.ts'
import { startBroker } from '../broker.ts'
import type { Group } from './dedup.ts'
import { figuresOf, type Round } from './figures.ts'
import { preparePeers } from './peer-jars.ts'
import { fillRaw } from './raw.ts'
import { faultOf, runRound } from './round.ts'
import { type SideName, sidesOf } from './sides.ts'
import { openOutside } from './topics.ts'

const rounds = 3

export const flow: Group = { name: 'flow', run }

async function run(bench: Bench): Promise<Result> {
  const { directory, events, signal, log, say } = bench
  await using stack = new AsyncDisposableStack()
  const peers = await preparePeers({ log, say, signal })
  say('Starting Kafka ...')
  // As for days of work: with the profile of tests it would never compile well, and all sides would wait for it.
  const { brokers } = await startBroker(bench, stack, 'work')
  const outside = await openOutside(brokers, stack)
  const sides = await sidesOf({ directory, brokers, outside, peers, signal })
  say(`Filling raw with ${events.toLocaleString('en-US')} records ...`)
  const raw = await fillRaw(outside, events, signal)

  const found = new Map<SideName, Round[]>(sides.map(({ name }) => [name, []]))
  const faults: string[] = []
  for (let at = 0; at < rounds; at++) {
    // Another one first each time: the first meets a broker that has rested.
    for (const side of [...sides.slice(at % sides.length), ...sides.slice(0, at % sides.length)]) {
      const { measured, read } = await runRound({ side, at, raw, outside, signal })
      const fault = faultOf(side, raw, read)
      if (fault !== undefined) faults.push(fault)
      if (measured !== undefined) found.get(side.name)?.push(measured)
      say(`  round ${at + 1}, ${side.title}: ${measured === undefined ? tooFew : textOf(measured)}`)
    }
  }
  return { measurements: figuresOf(found, raw.frameBytes), faults }
}

const tooFew = 'all was decided before every process had its share; give it more events'

const textOf = ({ rate, cpu, memory }: Round): string =>
  `${rate.toFixed(0)} events/s, ${cpu.toFixed(1)} us, ${(memory / 1e6).toFixed(0)} MB`
