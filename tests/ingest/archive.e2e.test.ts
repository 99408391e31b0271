// Outages, start_time and unclean ends, on a clock that the test moves: in the end every event that Proofpoint
// ever offered is in unique. The simulator never repeats a frame by itself.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Chain } from '@podpipe/demo/chain.ts'
import { createRandom } from '@podpipe/simulators/random.ts'
import { atEnd } from '../kit/at-end.ts'
import { testBrokers } from '../kit/brokers/test-brokers.ts'
import { testChain } from '../kit/chains/chain.ts'
import { createMovedClock, type MovedClock, startIngest } from '../kit/chains/moved-ingest.ts'
import { eventually, until } from '../kit/eventually.ts'
import { metricsOf } from '../kit/metrics/metrics.ts'

const minute = 60_000
const hour = 60 * minute
const noon = Date.UTC(2026, 0, 15, 12)
const partitions = 3

interface Scene {
  chain: Chain
  clock: MovedClock
  brokers: string[]
  prefix: string
}

async function scene(
  t: TestContext,
  start: number,
  options: {
    events: number
    spacingMs: number
    firstEventAt: number
    rate?: number
    seed?: number
    tokens?: string[]
    liveMisses?: number
  },
): Promise<Scene> {
  const clock = createMovedClock(start)
  const brokers = testBrokers()
  const prefix = `a${Math.random().toString(36).slice(2, 10)}`
  const { events, seed, ...stream } = options
  const chain = await testChain(t, {
    brokers,
    prefix,
    partitions,
    ...(seed === undefined ? {} : { seed }),
    proofpoint: {
      events: { message: events },
      clock: clock.now,
      punctual: true,
      firstSessionHour: true,
      ...stream,
    },
  })
  return { chain, clock, brokers, prefix }
}

/** Moves the clock on in steps, and waits until everything offered is in unique. */
async function everythingArrives(
  t: TestContext,
  { chain, clock }: Scene,
  events: number,
  log: () => string,
): Promise<void> {
  const topics = await chain.topics()
  atEnd(t, topics.close)
  const found = await eventually(
    'everything is in unique',
    async () => {
      clock.to(clock.now() + 10 * minute)
      await sleep(250)
      const counts = await topics.counts()
      return counts.inUnique >= events ? counts : undefined
    },
    90_000,
  ).catch(async error => {
    throw new Error(
      `${error.message}\n${JSON.stringify(await topics.counts())} of ${events}\n${log()}\nLast lines of dedup:\n${chain.process('dedup').tail(20)}`,
    )
  })
  t.diagnostic(
    `offered ${events}   received ${found.received} = unique ${found.unique} + duplicate ${found.duplicate} + rejected ${found.rejected}   doubled in unique ${found.doubledInUnique}`,
  )
  equal(found.inUnique, events)
  equal(found.doubledInUnique, 0)
}

for (const [name, tokens] of [
  ['one key, live and archive in turns', ['simulated-token']],
  ['a second key, side by side', ['simulated-token', 'second-token']],
] satisfies [string, string[]][]) {
  test(`start_time and an outage of five hours, with ${name}: every event is in unique`, async t => {
    // Events of 24 hours up to noon and beyond, one every 30 seconds.
    const events = 3_600
    const stage = await scene(t, noon, {
      events,
      spacingMs: 30_000,
      firstEventAt: noon - 24 * hour,
      tokens: [...tokens],
    })
    const { chain, clock, brokers, prefix } = stage
    const start = () =>
      startIngest(t, chain, clock, brokers, {
        prefix,
        partitions,
        service: 'message',
        startTime: new Date(noon - 24 * hour).toISOString(),
        ...(tokens[1] === undefined ? {} : { backfillApiKey: tokens[1] }),
      })
    chain.start('dedup')
    const follow = setInterval(() => clock.to(clock.now() + 15_000), 20)
    atEnd(t, () => clearInterval(follow))
    const first = start()
    await until('hours come from the archive', () => chain.proofpoint.ledger.counts().sent > 500)
    await first.stop()
    clearInterval(follow)
    clock.to(clock.now() + 5 * hour)
    const second = start()
    await everythingArrives(t, stage, events, second.log)
    await second.stop()
    deepEqual(chain.proofpoint.stats().refused['409'] ?? 0, 0)
  })
}

test('Nothing is missed: 50 kills and resets with a simulator that never repeats a frame, healed from the archive', async t => {
  const seed = Math.floor(Math.random() * 65_536)
  const random = createRandom(seed)
  const events = 6_000
  // An event every two seconds of the moved clock, which does 500 of them in a real one: some 250 events a second.
  const spacingMs = 2_000
  const stage = await scene(t, noon, { events, spacingMs, firstEventAt: noon, seed })
  const { chain, clock, brokers, prefix } = stage
  const start = () => startIngest(t, chain, clock, brokers, { prefix, partitions, service: 'message' })
  chain.start('dedup')
  let ingest = start()
  const follow = setInterval(() => clock.to(clock.now() + 10 * spacingMs), 40)
  atEnd(t, () => clearInterval(follow))

  let kills = 0
  for (let disturbance = 0; disturbance < 50; disturbance++) {
    const before = chain.proofpoint.ledger.counts().sent
    const pause = 20 + random.below(80)
    await until(
      'some more events',
      () => chain.proofpoint.ledger.counts().sent >= Math.min(before + pause, events),
    )
    if (random.chance(0.2)) {
      kills++
      await ingest.kill()
      ingest = start()
    } else chain.proofpoint.drop('message', 'reset')
  }
  t.diagnostic(
    `${kills} kills, ${50 - kills} resets, lost on the wire ${events - (await received(chain))} so far`,
  )
  await until('live is through', () => {
    const { message } = chain.proofpoint.progress()
    return message.sent === message.offered
  })
  clearInterval(follow)
  await everythingArrives(t, stage, events, () => ingest.log())
  await ingest.stop()
})

test('reconcile: what live mode has missed is found in the archive, and counted', async t => {
  const events = 2_400
  const spacingMs = 10_000
  // Live opens before the first event: the hour in which it begins is not compared, since it has not seen all of it.
  const stage = await scene(t, noon - 10 * minute, {
    events,
    spacingMs,
    firstEventAt: noon,
    liveMisses: 0.02,
  })
  const { chain, clock, brokers, prefix } = stage
  const dedup = chain.start('dedup')
  const ingest = startIngest(t, chain, clock, brokers, {
    prefix,
    partitions,
    service: 'message',
    reconcile: true,
  })
  await until('live is open', () => chain.proofpoint.stats().sessions.length === 1)
  const follow = setInterval(() => clock.to(clock.now() + 10 * spacingMs), 40)
  atEnd(t, () => clearInterval(follow))
  await until('the stream has gone by', () => clock.now() > noon + events * spacingMs)
  clearInterval(follow)
  const live = await received(chain)
  await everythingArrives(t, stage, events, ingest.log)
  const missed = (await metricsOf(dedup))('podpipe_dedup_missed_live_total')[0]?.value ?? 0
  t.diagnostic(`in unique when the stream had gone by ${live}, found missing by the comparison ${missed}`)
  ok(missed > 0 && missed < events / 10, `${missed} of ${events} found missing`)
  equal(chain.proofpoint.stats().refused['409'] ?? 0, 0)
  await ingest.stop()
})

async function received(chain: Chain): Promise<number> {
  const topics = await chain.topics()
  try {
    return (await topics.counts()).inUnique
  } finally {
    await topics.close()
  }
}
