// `npm run test:faults -- --minutes N --seed S`: dedup on three brokers under faults of every kind, drawn from the
// seed until the minutes are over, one line each. In the end it accounts for every record; exit code 1 if one is
// lost or doubled.

import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createRandom } from '@podpipe/simulators/random.ts'
import { startCluster } from './kit/cluster.ts'
import { sentenceOf as accountOf, gapsOf } from './kit/fault-account.ts'
import { drawFault, type Kind, kinds, sentenceOf } from './kit/fault-plan.ts'
import { startFaults } from './kit/faults.ts'

const usage = `Usage: npm run test:faults -- [--minutes N] [--seed S] [--only ${kinds.join(',')}]`
const { minutes, seed, among } = readOptions()

test(`Nothing is lost, and nothing doubled: ${minutes} minutes of faults of dedup, seed ${seed}`, async t => {
  const cluster = await startCluster(t)
  const run = await startFaults(t, {
    brokers: cluster.brokers,
    cluster,
    seed,
    load: { batch: 10, pause: 60 },
  })
  const random = createRandom(seed)
  const done = new Map<string, number>()
  const over = performance.now() + minutes * 60_000
  for (let number = 1; performance.now() < over; number++) {
    const fault = drawFault(random, among)
    // Now and then the next one comes while dedup still has to do with this one.
    const waits = random.chance(0.8)
    const pause = random.below(500)
    const fell = await run.commit(fault)
    const outcome = fell ? fault.kind : 'fault whose moment did not come'
    done.set(outcome, (done.get(outcome) ?? 0) + 1)
    const after = waits ? `all decided after ${Math.round(await run.recovered())} ms` : 'not waited for'
    console.log(`#${number} ${sentenceOf(fault)}${fell ? '' : ': did not come'}; ${after}`)
    await sleep(pause)
  }

  const account = await run.finish()
  const gaps = gapsOf(account)
  console.log([...done].map(([kind, times]) => `${times} ${kind}`).join(', '))
  console.log(`dedup ended by itself ${run.ownEnds.length} times and was started again`)
  for (const words of run.ownEnds) console.log(words)
  console.log(`its requests: ${[...run.requests].map(([api, times]) => `${times} ${api}`).join(', ')}`)
  console.log(`seed ${seed}   ${accountOf(account)}`)
  deepEqual(gaps, [])
})

function readOptions(): { minutes: number; seed: number; among: readonly Kind[] } {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '30' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 65_536)) },
      only: { type: 'string', default: kinds.join(',') },
    },
  })
  const named = values.only.split(',')
  const among = kinds.filter(kind => named.includes(kind))
  const [minutes, seed] = [Number(values.minutes), Number(values.seed)]
  if (!(minutes > 0) || !Number.isInteger(seed) || among.length !== named.length) {
    console.error(usage)
    process.exit(1)
  }
  return { minutes, seed, among }
}
