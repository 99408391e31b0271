// `npm run test:faults -- --minutes N --faults N --seed S`: dedup on three brokers under faults of every kind, drawn
// from the seed until the minutes are over or so many have fallen, one line each. In the end it accounts for every
// record, and so does `podpipe audit`; exit code 1 if one is lost or doubled.

import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { startCluster } from '../kit/brokers/cluster.ts'
import { sentenceOf as accountOf, gapsOf } from '../kit/faults/fault-account.ts'
import { count, faultLoop, listOf } from '../kit/faults/fault-loop.ts'
import { readFaultOptions } from '../kit/faults/fault-options.ts'
import { drawFault, kinds, placeOf, sentenceOf } from '../kit/faults/fault-plan.ts'
import { startFaults } from '../kit/faults/faults.ts'

const { minutes, most, seed, among, extent } = readFaultOptions('npm run test:faults', kinds)

test(`Nothing is lost, and nothing doubled: ${extent} of dedup, seed ${seed}`, async t => {
  const cluster = await startCluster(t)
  const run = await startFaults(t, {
    brokers: cluster.brokers,
    cluster,
    seed,
    load: { batch: 10, pause: 60 },
  })
  const places = new Map<string, number>()
  await faultLoop({
    run,
    draw: random => drawFault(random, among),
    sentenceOf,
    onFallen: fault => {
      if (fault.kind === 'kill') count(places, 'strike' in fault ? placeOf(fault.strike) : 'no matter where')
    },
    seed,
    minutes,
    most,
  })

  const account = await run.finish()
  if (places.size > 0) console.log(`the kills: ${listOf(places)}`)
  console.log(`dedup ended by itself ${run.ownEnds.length} times and was started again`)
  for (const words of run.ownEnds) console.log(words)
  console.log(`its requests: ${listOf(run.requests)}`)
  console.log(`seed ${seed}   ${accountOf(account)}`)
  deepEqual(gapsOf(account), [])
  console.log(`podpipe audit --deep: ${await run.audit()}`)
})
