// Promise 3 where it is hardest: sinks of every manner reset, stall, slow down and go away, forwarders die, come and go,
// and all certificates are exchanged, while events flow. `npm run test:faults:forwarder` does it for longer, and lets
// Kafka go away too.

import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '@podpipe/simulators/random.ts'
import { testBrokers } from '../kit/brokers/test-brokers.ts'
import { type DeliveryAccount, deliveryGapsOf, deliverySentenceOf } from '../kit/faults/delivery-account.ts'
import { startDeliveryFaults } from '../kit/faults/delivery-faults.ts'
import { type DeliveryFault, deliverySentence, drawDeliveryFault } from '../kit/faults/delivery-plan.ts'

test('An event is committed only on evidence: every fault of peers, certificates and forwarders, 0 lost', async t => {
  const seed = Math.floor(Math.random() * 65_536)
  const random = createRandom(seed)
  const run = await startDeliveryFaults(t, {
    brokers: testBrokers(),
    seed,
    load: { batch: 20, pause: 20 },
    mute: 'acked',
  })
  const join: DeliveryFault = { kind: 'rebalance', how: 'stop' }
  const faults: readonly DeliveryFault[] = [
    ...Array.from({ length: 6 }, () => drawDeliveryFault(random, ['drop'])),
    { kind: 'slow', output: 'devo_1', ms: 1_000 },
    { kind: 'stall', output: 'plain', ms: 1_000 },
    { kind: 'stall', output: 'mute', ms: 1_000 },
    { kind: 'refuse', output: 'bare_fin', ms: 1_000 },
    { kind: 'restart', output: 'devo_1', ms: 500 },
    { kind: 'certificate' },
    drawDeliveryFault(random, ['kill']),
    // Two more come; three share the partitions; one is killed and one stops in order.
    join,
    join,
    drawDeliveryFault(random, ['kill']),
    { kind: 'rebalance', how: 'stop' },
    drawDeliveryFault(random, ['drop']),
  ]
  const accounts = await toTheEnd().catch(async error => {
    throw await run.explain(error)
  })
  for (const account of accounts) t.diagnostic(`seed ${seed}   ${deliverySentenceOf(account)}`)
  deepEqual(accounts.flatMap(deliveryGapsOf), [])
  deepEqual(run.fleet.ownEnds, [], 'no forwarder must end for what its peers do')

  async function toTheEnd(): Promise<DeliveryAccount[]> {
    for (const fault of faults) {
      const since = performance.now()
      const fell = await run.commit(fault)
      deepEqual([fell, deliverySentence(fault)], [true, deliverySentence(fault)], 'its moment did not come')
      await run.recovered()
      t.diagnostic(
        `${deliverySentence(fault)}: ${Math.round(performance.now() - since)} ms with the recovery`,
      )
    }
    return run.finish()
  }
})
