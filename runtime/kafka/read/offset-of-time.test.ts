import { equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { wholeBelow } from '../../test-random.ts'
import { offsetOfTime, type Probe } from './offset-of-time.ts'

/** A partition by the times of its records; where there is none lies the mark of a transaction. */
function partition(times: readonly (number | undefined)[]): { probe: Probe; probes: () => number } {
  let probes = 0
  return {
    async probe(offset) {
      probes++
      const at = times.findIndex((time, each) => each >= offset && time !== undefined)
      const timestamp = times[at]
      return timestamp === undefined ? undefined : { offset: at, timestamp }
    },
    probes: () => probes,
  }
}

const _ = undefined

for (const [name, times, low, time, expected] of [
  ['at the first record', [5, 6, 7], 0, 5, 0],
  ['before all', [5, 6, 7], 0, 1, 0],
  ['between two', [5, 6, 8, 9], 0, 7, 2],
  ['at the first of several alike', [5, 7, 7, 7, 9], 0, 7, 1],
  ['behind all', [5, 6, 7], 0, 8, 3],
  ['behind all, with marks at the end', [5, 6, _, _], 0, 8, 2],
  ['in nothing', [], 0, 8, 0],
  ['in marks alone', [_, _, _], 0, 8, 0],
  ['from a mark that Kafka takes for the place', [1, 2, _, 3, 4, 9], 2, 5, 5],
  ['from the right place', [1, 2, 9, 9], 2, 5, 2],
] as const) {
  test(`a time ${name} is at ${expected}`, async () =>
    equal(await offsetOfTime(partition(times).probe, low, times.length, time), expected))
}

test('in any partition, from any place before it: no record behind is older and none before is not', async t => {
  const seed = Math.floor(Math.random() * 65_536)
  t.diagnostic(`seed ${seed}`)
  const below = wholeBelow(seed)
  for (let round = 0; round < 500; round++) {
    let now = 0
    const marks = 1 + below(20)
    const times = Array.from({ length: below(2_000) }, () => {
      now += below(3)
      return below(marks) === 0 ? _ : now
    })
    const time = below(now + 2)
    const right = times.findIndex(each => each !== _ && each >= time)
    const low = below((right < 0 ? times.length : right) + 1)
    const { probe, probes } = partition(times)
    const found = await offsetOfTime(probe, low, times.length, time)
    ok(times.every((each, at) => each === _ || each >= time === at >= found))
    ok(probes() <= 40, `${probes()} looks`)
  }
})
