// Promise 3 while the forwarder itself dies at random moments, and while replicas of it come, stop and are killed.
// FORWARDER_KILLS=100 kills it a hundred times, which takes a quarter of an hour: Kafka forgets the dead after 10 s.

import { deepEqual, ok } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Chain } from '@podpipe/demo/chain.ts'
import { type Devo, startDevo } from '@podpipe/simulators/devo.ts'
import { createRandom } from '@podpipe/simulators/random.ts'
import { atEnd } from './kit/at-end.ts'
import { accountFor, arrives, testChain } from './kit/chain.ts'
import { eventually, until } from './kit/eventually.ts'
import { replica } from './kit/replica.ts'

const kills = Number(process.env.FORWARDER_KILLS ?? 4)
const stretch = 500
/** What an output may have unconfirmed when it dies: five stretches. */
const unconfirmed = 5 * stretch

async function startChain(
  t: TestContext,
  events: number,
  rate: number,
): Promise<{ chain: Chain; relay: Devo }> {
  const relay = await startDevo({})
  atEnd(t, () => relay.close())
  const chain = await testChain(t, {
    proofpoint: { events, rate, duplicates: 0.05 },
    moreOutputs: `  relay: {type: in_house_relay, config: {address: 127.0.0.1, port: ${relay.port}}}\n`,
    config: `forwarder: {stretch_events: ${stretch}, stretch_time: 500ms}\n`,
  })
  return { chain, relay }
}

async function arrivesAtBoth(chain: Chain, relay: Devo): Promise<void> {
  await arrives(chain)
  await eventually(
    'the relay has everything',
    () => relay.stats().distinct >= chain.devo.stats().distinct || undefined,
  )
}

/** Both outputs against what was offered: nothing lost or changed, doubles within what the faults can explain. */
async function finish(t: TestContext, chain: Chain, relay: Devo, faults: number): Promise<void> {
  await arrivesAtBoth(chain, relay)
  await chain.stopServices()
  const { accounting, gaps } = await accountFor(t, chain, { doublesAllowed: true })
  const { doubled, malformed, distinct } = relay.stats()
  t.diagnostic(`faults ${faults}, doubled ${accounting.doubled} at Devo and ${doubled} at the relay`)
  deepEqual(gaps, [])
  deepEqual([distinct, malformed], [accounting.delivered, 0])
  const bound = faults * unconfirmed
  ok(accounting.doubled <= bound && doubled <= bound, `at most ${bound}`)
}

test(`An event is committed only on evidence: ${kills} times SIGKILL of the forwarder at random moments, 0 lost`, {
  timeout: 60_000 + kills * 30_000,
}, async t => {
  const seed = Math.floor(Math.random() * 65_536)
  t.diagnostic(`moments by seed ${seed}`)
  const random = createRandom(seed)
  // Seven of ten events are of the maillog, at 250 a second, and it is some 12 s from one kill to the next.
  const { chain, relay } = await startChain(t, 4_500 * (kills + 1), 250)
  for (const service of ['ingest', 'dedup', 'forwarder'] as const) chain.start(service)
  for (let kill = 0; kill < kills; kill += 1) {
    const before = chain.devo.stats().frames
    await until('events flow', () => chain.devo.stats().frames > before)
    await sleep(2_000 * random.next())
    await chain.process('forwarder').kill()
    chain.start('forwarder')
  }
  await finish(t, chain, relay, kills)
})

test('An event is committed only on evidence: three forwarders, one stops, one is killed, one comes, 0 lost', async t => {
  const { chain, relay } = await startChain(t, 20_000, 250)
  for (const service of ['ingest', 'dedup', 'forwarder'] as const) chain.start(service)
  const [second, third] = [replica(t, chain, 'forwarder'), replica(t, chain, 'forwarder')]
  const flows = async (events: number): Promise<void> => {
    const target = chain.devo.stats().distinct + events
    await until(`${events} more events delivered`, () => chain.devo.stats().distinct >= target)
  }
  await flows(2_000)
  await second.stop()
  await flows(1_000)
  await third.kill()
  await flows(1_000)
  const fourth = replica(t, chain, 'forwarder')
  await flows(1_000)
  await chain.process('forwarder').kill()
  await arrivesAtBoth(chain, relay)
  await fourth.stop()
  // Each of the three that join or leave moves partitions of every output, and so does each that dies.
  await finish(t, chain, relay, 6)
})
