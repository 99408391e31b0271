// Promise 3: an event is committed only on evidence from the peer. The sink drops connections abruptly, with
// bytes in flight that it never read.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { accountFor, arrives, testChain } from '../kit/chains/chain.ts'

test('An event is committed only on evidence from the peer: the sink drops five connections abruptly, 0 lost', async t => {
  const chain = await testChain(t, {
    proofpoint: { events: 10_000, duplicates: 0.05 },
    devo: { resetAfterBytes: 1_500_000, resetTimes: 5 },
  })
  for (const service of ['ingest', 'dedup', 'forwarder'] as const) chain.start(service)
  await arrives(chain)
  await chain.stopServices()
  const { accounting, gaps } = await accountFor(t, chain, { doublesAllowed: true })
  t.diagnostic(`drops ${chain.devo.stats().resets}, doubled at the sink ${accounting.doubled}`)
  deepEqual(gaps, [])
  equal(chain.devo.stats().resets, 5)
  ok(accounting.doubled < accounting.delivered)
})

test('An event is committed only on evidence from the peer: a sink that is away and then stalls gets everything', async t => {
  const chain = await testChain(t, { proofpoint: { events: 5_000 } })
  await Promise.resolve(chain.devo.refuse())
  for (const service of ['ingest', 'dedup', 'forwarder'] as const) chain.start(service)
  await chain.proofpoint.finished
  await chain.devo.accept()
  chain.devo.stall()
  chain.devo.resume()
  await arrives(chain)
  await chain.stopServices()
  deepEqual((await accountFor(t, chain, { doublesAllowed: true })).gaps, [])
})
