// Promise 1 when Kafka itself goes away: a broker restart and a broker killed in the middle of the flow.

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { ownBroker } from '../kit/brokers/own-broker.ts'
import { accountFor, arrives, testChain } from '../kit/chains/chain.ts'
import { until } from '../kit/eventually.ts'

const events = 5_000

for (const [name, disturb] of [
  ['restarted', (broker: { restart(): Promise<void>; kill(): void }) => broker.restart()],
  ['killed', async (broker: { restart(): Promise<void>; kill(): void }) => broker.kill()],
] as const) {
  test(`Nothing received is lost: the broker is ${name} in mid-flow`, async t => {
    const broker = await ownBroker(t)
    const chain = await testChain(t, {
      brokers: broker.brokers,
      proofpoint: { events, rate: 700, duplicates: 0.1, junk: 0.002, repeatAfterUncleanEndMs: 5_000 },
    })
    for (const service of ['ingest', 'dedup', 'forwarder'] as const) chain.start(service)
    await until('a quarter of the events delivered', () => chain.devo.stats().distinct > events / 4)
    await disturb(broker)

    await arrives(chain)
    await chain.stopServices()
    const { accounting, gaps } = await accountFor(t, chain, { doublesAllowed: true })
    deepEqual(gaps, [])
    equal(accounting.doubledInUnique, 0)
  })
}
