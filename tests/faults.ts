// `npm run test:faults -- --minutes N --faults N --seed S`: dedup on three brokers under faults of every kind, drawn
// from the seed until the minutes are over or so many have fallen, one line each. In the end it accounts for every
// record, and so does `podpipe audit`; exit code 1 if one is lost or doubled.

import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createRandom } from '@podpipe/simulators/random.ts'
import { startCluster } from './kit/cluster.ts'
import { sentenceOf as accountOf, gapsOf } from './kit/fault-account.ts'
import { drawFault, type Kind, kinds, placeOf, sentenceOf } from './kit/fault-plan.ts'
import { startFaults } from './kit/faults.ts'

const usage = `Usage: npm run test:faults -- [--minutes N | --faults N] [--seed S] [--only ${kinds.join(',')}]`
const { minutes, most, seed, among } = readOptions()
const extent = most === undefined ? `${minutes} minutes of faults` : `${most} faults`

test(`Nothing is lost, and nothing doubled: ${extent} of dedup, seed ${seed}`, async t => {
  const cluster = await startCluster(t)
  const run = await startFaults(t, {
    brokers: cluster.brokers,
    cluster,
    seed,
    load: { batch: 10, pause: 60 },
  })
  const random = createRandom(seed)
  const done = new Map<string, number>()
  const places = new Map<string, number>()
  const begun = performance.now()
  const minutesSince = (): number => (performance.now() - begun) / 60_000
  const goesOn = (): boolean => (most === undefined ? minutesSince() < minutes : fallen < most)
  let fallen = 0
  for (let number = 1; goesOn(); number++) {
    const fault = drawFault(random, among)
    // Now and then the next one comes while dedup still has to do with this one.
    const waits = random.chance(0.8)
    const pause = random.below(200)
    const fell = await run.commit(fault)
    const outcome = fell ? fault.kind : 'fault whose moment did not come'
    count(done, outcome)
    if (fell) fallen++
    if (fell && fault.kind === 'kill')
      count(places, 'strike' in fault ? placeOf(fault.strike) : 'no matter where')
    const after = waits ? `all decided after ${Math.round(await run.recovered())} ms` : 'not waited for'
    console.log(`#${number} ${sentenceOf(fault)}${fell ? '' : ': did not come'}; ${after}`)
    await sleep(pause)
  }

  const account = await run.finish()
  const gaps = gapsOf(account)
  console.log(`${listOf(done)}, in ${minutesSince().toFixed(1)} minutes`)
  if (places.size > 0) console.log(`the kills: ${listOf(places)}`)
  console.log(`dedup ended by itself ${run.ownEnds.length} times and was started again`)
  for (const words of run.ownEnds) console.log(words)
  console.log(`its requests: ${listOf(run.requests)}`)
  console.log(`seed ${seed}   ${accountOf(account)}`)
  deepEqual(gaps, [])
  console.log(`podpipe audit --deep: ${await run.audit()}`)
})

function count(times: Map<string, number>, what: string): void {
  times.set(what, (times.get(what) ?? 0) + 1)
}

function listOf(times: ReadonlyMap<string, number>): string {
  return [...times].map(([what, number]) => `${number} ${what}`).join(', ')
}

/** `most`: how many faults are to fall, however long that takes; else the minutes count. */
function readOptions(): { minutes: number; most: number | undefined; seed: number; among: readonly Kind[] } {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string' },
      faults: { type: 'string' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 65_536)) },
      only: { type: 'string', default: kinds.join(',') },
    },
  })
  const named = values.only.split(',')
  const among = kinds.filter(kind => named.includes(kind))
  const [minutes, seed] = [Number(values.minutes ?? 30), Number(values.seed)]
  const most = values.faults === undefined ? undefined : Number(values.faults)
  const oneExtent = minutes > 0 && (most === undefined || (most > 0 && values.minutes === undefined))
  if (!oneExtent || !Number.isInteger(seed) || among.length !== named.length) {
    console.error(usage)
    process.exit(1)
  }
  return { minutes, most, seed, among }
}
