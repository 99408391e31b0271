// Healing beside live traffic, on a clock that the test moves: an hour comes from the archive up to 90 minutes after
// its live copies, while live events go on. Only what live had not brought is published.
//
// What decides is dedup's clocks, and these are the times of the raw records. The broker stamps them itself, and
// its clock cannot be moved; so the raw topic of this test keeps the time of its producer, and ingest writes the
// moved clock into it. Everything else is as it runs: ingest, dedup, their order, their commits. What was on its
// way when the session broke is chosen by the simulator, which leaves a share of frames out before it resets.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Chain } from '@podpipe/demo/chain.ts'
import { all } from '@podpipe/demo/topic-counts.ts'
import type { Mode } from '@podpipe/schemas/records.ts'
import { atEnd } from '../kit/at-end.ts'
import { testBrokers } from '../kit/brokers/test-brokers.ts'
import { testChain } from '../kit/chains/chain.ts'
import { createMovedClock, startIngest } from '../kit/chains/moved-ingest.ts'
import { eventually, until } from '../kit/eventually.ts'

const minute = 60_000
const hour = 60 * minute
const partitions = 3
const topicResource = 2

test('an hour is healed from the archive beside live traffic: only what was missing is published', async t => {
  // Three hours of events, some hours ago, so that Kafka keeps them.
  const start = Math.floor(Date.now() / hour) * hour - 6 * hour
  const [events, spacingMs] = [2_160, 5_000]
  const tokens = ['simulated-token', 'second-token']
  const clock = createMovedClock(start - minute)
  const prefix = `h${Math.random().toString(36).slice(2, 10)}`
  const chain = await testChain(t, {
    prefix,
    partitions,
    proofpoint: {
      events: { message: events },
      firstEventAt: start,
      spacingMs,
      clock: clock.now,
      punctual: true,
      firstSessionHour: true,
      tokens,
      // Slow enough for live events to come in between those of the archive, fast enough for the moved clock.
      rate: 300,
    },
  })
  const topics = await keepProducersTime(t, chain)
  chain.start('dedup')
  const options = { prefix, partitions, service: 'message', stampsRecords: true } as const
  const ingest = startIngest(t, chain, clock, testBrokers(), { ...options, backfillApiKey: 'second-token' })
  await until('live is open', () => chain.proofpoint.stats().sessions.length === 1)
  const follow = setInterval(() => clock.to(clock.now() + 8 * spacingMs), 40)
  atEnd(t, () => clearInterval(follow))

  await until('ten minutes have come', () => clock.now() >= start + 10 * minute)
  chain.proofpoint.change({ liveMisses: 0.3 })
  await until('ten more, with losses', () => clock.now() >= start + 20 * minute)
  equal(chain.proofpoint.drop('message', 'reset'), 1)
  chain.proofpoint.change({ liveMisses: 0 })
  await until('all hours have gone by', () => clock.now() >= start + events * spacingMs)
  clearInterval(follow)
  await eventually(`everything is in unique\n${ingest.log()}`, async () => {
    const { received, unique, duplicate, inUnique } = await topics.counts()
    return inUnique >= events && received === unique + duplicate ? true : undefined
  })
  await ingest.stop()
  await chain.stopServices()

  const { raw, unique } = await recordsOf(topics)
  const [live, archived] = (['live', 'archive'] as const).map(mode => raw.filter(each => each.mode === mode))
  const liveIds = new Map(live?.map(({ id, at }) => [id, at]))
  const missing = new Set(archived?.filter(({ id }) => !liveIds.has(id)).map(({ id }) => id))
  const copies = archived?.filter(({ id }) => liveIds.has(id)) ?? []
  const late = copies.filter(({ id, at }) => at - (liveIds.get(id) ?? at) >= hour)
  const [first = 0, last = 0] = [archived?.[0]?.at, archived?.at(-1)?.at]
  const between = live?.filter(({ at }) => at > first && at < last).length ?? 0
  t.diagnostic(
    `live brought ${liveIds.size} of ${events}, the archive ${archived?.length}: ${missing.size} missing, ${copies.length} copies, ${late.length} of them an hour or more after the live one; ${between} live events between the first and the last of the archive`,
  )
  ok(missing.size > 10 && late.length > 100 && between > 10)

  equal(unique.length, events)
  equal(new Set(unique.map(({ id }) => id)).size, events)
  const healed = unique.filter(({ mode }) => mode === 'archive').map(({ id }) => id)
  deepEqual(healed.sort(), [...missing].sort())
})

/** Lets the raw topic keep the time that a record bears, in place of the broker's. */
async function keepProducersTime(t: TestContext, chain: Chain) {
  const opened = await chain.topics()
  atEnd(t, opened.close)
  const { name, settings } = opened.topics.raw('message')
  const changed = { ...settings, 'message.timestamp.type': 'CreateTime' }
  await opened.client.admin.alterConfigs({
    validateOnly: false,
    resources: [
      {
        type: topicResource,
        name,
        configEntries: Object.entries(changed).map(([key, value]) => ({ name: key, value })),
      },
    ],
  })
  return opened
}

/** Raw in the order of its times, and unique with the mode of the raw record that was published. */
async function recordsOf({ fetcher, topics }: Awaited<ReturnType<Chain['topics']>>) {
  const raw: { id: string; at: number; mode: Mode; place: string }[] = []
  for await (const { key, value, partition, offset, timestamp } of all(fetcher, topics.raw('message'))) {
    raw.push({ id: key, at: timestamp, mode: value.mode, place: `${partition}/${offset}` })
  }
  const modes = new Map(raw.map(({ place, mode }) => [place, mode]))
  const unique: { id: string; mode: Mode | undefined }[] = []
  for await (const { value } of all(fetcher, topics.unique('message'))) {
    unique.push({ id: value.id, mode: modes.get(`${value.raw_partition}/${value.raw_offset}`) })
  }
  return { raw: raw.sort((a, b) => a.at - b.at), unique }
}
