// Promises 1 and 2 under SIGKILL: each service dies in turn, without warning, while events flow.

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '@podpipe/simulators/random.ts'
import { accountFor, arrives, testChain } from '../kit/chains/chain.ts'
import { until } from '../kit/eventually.ts'

const events = 5_000

for (const victim of ['ingest', 'dedup', 'forwarder'] as const) {
  test(`Nothing received is lost, each event is once in unique: SIGKILL of ${victim} while ${events} events flow`, async t => {
    const seed = Math.floor(Math.random() * 65_536)
    const random = createRandom(seed)
    const chain = await testChain(t, {
      seed,
      proofpoint: {
        events,
        rate: 400,
        duplicates: 0.1,
        disorder: 0.05,
        junk: 0.002,
        // Proofpoint has no acknowledgement: what it had written to a socket that dies with ingest does not
        // come again by itself. Here the simulator repeats its last seconds after an unclean end.
        repeatAfterUncleanEndMs: 5_000,
      },
    })
    for (const service of ['ingest', 'dedup', 'forwarder'] as const) chain.start(service)

    // Somewhere in the middle of the flow, at a moment that the seed chooses.
    const moment = Math.floor(events * (0.1 + 0.4 * random.next()))
    await until(`${moment} events delivered`, () => chain.devo.stats().distinct > moment)
    await chain.process(victim).kill()
    chain.start(victim)

    await arrives(chain)
    await chain.stopServices()
    const { accounting, gaps } = await accountFor(t, chain, { doublesAllowed: victim === 'forwarder' })
    deepEqual(gaps, [])
    equal(accounting.doubledInUnique, 0)
  })
}
