// Remembering ids, without Kafka: memory of an id, decisions a second, and the longest that forgetting takes. Each
// size in a process of its own, so that nothing else is in its memory.

import type { Bench, Result } from '../benchmark.ts'
import { startChild } from '../child.ts'
import type { Measurement } from '../figure.ts'
import type { Group } from './dedup.ts'
import type { Remembering } from './remembering.ts'

const [small, middle, large] = [1_000_000, 10_000_000, 50_000_000]
const mostBytes = 22
const leastDecisions = 2_000_000
const mostPause = 1

export const ids: Group = { name: 'ids', run }

async function run({ signal, say }: Bench): Promise<Result> {
  const found = new Map<number, Remembering>()
  for (const count of [small, middle, large]) {
    signal.throwIfAborted()
    say(`Remembering ${millions(count)} ids ...`)
    await using stack = new AsyncDisposableStack()
    const { facts } = await startChild('dedup/remembering.ts', { ids: count }, {}, stack)
    found.set(count, facts as Remembering)
  }
  const of = (count: number): Remembering => {
    const one = found.get(count)
    if (one === undefined) throw new Error(`${count} ids were not measured.`)
    return one
  }
  const memory = [small, middle, large].map(
    (count): Measurement => ({
      what: `resident memory an id, ${millions(count)} ids`,
      unit: 'bytes',
      ours: of(count).bytesPerId,
      aim: { bound: 'at most', value: mostBytes },
    }),
  )
  return {
    measurements: [
      ...memory,
      {
        what: `decisions a second of CPU, ${millions(small)} ids`,
        unit: 'ids/s',
        ours: of(small).decisionsPerSecond,
        aim: { bound: 'at least', value: leastDecisions },
      },
      {
        what: `decisions with ${millions(large)} ids beside ${millions(small)}`,
        unit: 'ids/s',
        ours: of(large).decisionsPerSecond,
        peer: { name: millions(small), value: of(small).decisionsPerSecond },
        aim: { bound: 'at least', value: 0.9, of: 'ratio' },
      },
      {
        what: `longest pause by forgetting, ${millions(middle)} ids`,
        unit: 'ms',
        ours: of(middle).longestPause,
        aim: { bound: 'at most', value: mostPause },
      },
    ],
    faults: [small, middle, large].flatMap(count => of(count).faults),
  }
}

const millions = (count: number): string => `${count / 1_000_000} M`
