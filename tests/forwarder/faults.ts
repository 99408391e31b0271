// `npm run test:faults:forwarder -- --minutes N --faults N --seed S`: forwarders and their peers under faults of every
// kind, drawn from the seed until the minutes are over or so many have fallen, one line each. In the end it accounts for
// every event at every sink; exit code 1 if one is lost or changed, or doubled more often than the faults explain.

import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { ownBroker } from '../kit/brokers/own-broker.ts'
import { type DeliveryAccount, deliveryGapsOf, deliverySentenceOf } from '../kit/faults/delivery-account.ts'
import { type DeliveryRun, startDeliveryFaults } from '../kit/faults/delivery-faults.ts'
import { deliveryKinds, deliverySentence, drawDeliveryFault } from '../kit/faults/delivery-plan.ts'
import { faultLoop } from '../kit/faults/fault-loop.ts'
import { readFaultOptions } from '../kit/faults/fault-options.ts'

/** Milliseconds for what a failed run has to end. */
const endPatience = 30_000

const { minutes, most, seed, among, extent } = readFaultOptions(
  'npm run test:faults:forwarder',
  deliveryKinds,
)

// The broker and the forwarders have process groups of their own, and end with this process only if it exits.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

async function toTheEnd(run: DeliveryRun): Promise<DeliveryAccount[]> {
  await faultLoop({
    run,
    draw: random => drawDeliveryFault(random, among),
    sentenceOf: deliverySentence,
    seed,
    minutes,
    most,
  })
  return run.finish()
}

test(`An event is committed only on evidence: ${extent} of the forwarder, seed ${seed}`, async t => {
  const broker = await ownBroker(t)
  const { brokers } = broker
  const run = await startDeliveryFaults(t, {
    brokers,
    broker,
    seed,
    load: { batch: 25, pause: 25 },
    mute: 'auto',
  })
  const accounts = await toTheEnd(run).catch(async error => {
    // At once: whatever has to end yet may take its time, and the end of the test runner's report with it.
    console.log((await run.explain(error)).message)
    setTimeout(() => process.exit(1), endPatience).unref()
    throw error
  })
  console.log(`forwarders ended by themselves ${run.fleet.ownEnds.length} times and were started again`)
  for (const words of run.fleet.ownEnds) console.log(words)
  for (const account of accounts) console.log(`seed ${seed}   ${deliverySentenceOf(account)}`)
  deepEqual(accounts.flatMap(deliveryGapsOf), [])
})
