// `npm run test:faults:forwarder -- --minutes N --faults N --seed S`: forwarders and their peers under faults of every
// kind, drawn from the seed until the minutes are over or so many have fallen, one line each. In the end it accounts for
// every event at every sink; exit code 1 if one is lost or changed, or doubled more often than the faults explain.

import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { deliveryGapsOf, deliverySentenceOf } from './kit/delivery-account.ts'
import { startDeliveryFaults } from './kit/delivery-faults.ts'
import { deliveryKinds, deliverySentence, drawDeliveryFault } from './kit/delivery-plan.ts'
import { faultLoop } from './kit/fault-loop.ts'
import { readFaultOptions } from './kit/fault-options.ts'
import { ownBroker } from './kit/own-broker.ts'

const { minutes, most, seed, among, extent } = readFaultOptions(
  'npm run test:faults:forwarder',
  deliveryKinds,
)

test(`An event is committed only on evidence: ${extent} of the forwarder, seed ${seed}`, async t => {
  const broker = await ownBroker(t)
  const { brokers } = broker
  const run = await startDeliveryFaults(t, { brokers, broker, seed, load: { batch: 25, pause: 25 } })
  await faultLoop({
    run,
    draw: random => drawDeliveryFault(random, among),
    sentenceOf: deliverySentence,
    seed,
    minutes,
    most,
  })
  const accounts = await run.finish()
  console.log(`forwarders ended by themselves ${run.fleet.ownEnds.length} times and were started again`)
  for (const words of run.fleet.ownEnds) console.log(words)
  for (const account of accounts) console.log(`seed ${seed}   ${deliverySentenceOf(account)}`)
  deepEqual(accounts.flatMap(deliveryGapsOf), [])
})
