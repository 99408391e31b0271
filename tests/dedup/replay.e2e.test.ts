// `podpipe replay --through dedup`: the window decides again on old raw records as it did the first time, into
// topics of its own, and nothing that runs takes notice.

import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Chain } from '@podpipe/demo/chain.ts'
import type { openTopics } from '@podpipe/demo/topic-counts.ts'
import { readRange } from '@podpipe/runtime/kafka/read/read-range.ts'
import type { KafkaRecord } from '@podpipe/runtime/kafka/read/record.ts'
import { knownServices } from '@podpipe/schemas/service.ts'
import { listTopics, type Topic, topicsOf } from '@podpipe/schemas/topics.ts'
import { atEnd } from '../kit/at-end.ts'
import { accountFor, arrives, testChain } from '../kit/chains/chain.ts'
import { eventually, until } from '../kit/eventually.ts'

const podpipe = fileURLToPath(new URL('../../cli/podpipe.js', import.meta.url))
const services = ['ingest', 'dedup', 'forwarder'] as const

type Opened = Awaited<ReturnType<typeof openTopics>>

async function replay(chain: Chain, ...args: string[]) {
  const all = ['replay', '--through', 'dedup', '--config', chain.configFile, ...args]
  const child = spawn(process.execPath, [podpipe, ...all], { stdio: ['ignore', 'pipe', 'pipe'] })
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { out, err, code: code as number }
}

async function opened(t: TestContext, chain: Chain): Promise<Opened> {
  const topics = await chain.topics()
  atEnd(t, topics.close)
  return topics
}

async function recordsOf({ fetcher }: Opened, topic: Topic<unknown>): Promise<KafkaRecord[]> {
  const found: KafkaRecord[] = []
  for (let partition = 0; partition < topic.partitions; partition++) {
    const place = { topic: topic.name, partition }
    const { start, end } = await fetcher.offsets(place)
    for await (const records of readRange(fetcher, place, start, end)) found.push(...records)
  }
  return found
}

/** Every decision that left a trace, by the raw record it is about: all that a record is, save for its offset. */
async function decisionsOf(
  topics: Opened,
  { prefix, from = 0, to = Number.POSITIVE_INFINITY }: { prefix: string; from?: number; to?: number },
): Promise<string[]> {
  const { services: kinds, unique, rejected } = topicsOf({ prefix, partitions: 3, services: knownServices })
  const decisions: string[] = []
  for (const topic of [...kinds.map(unique), rejected]) {
    const kind = topic.name.slice(prefix.length + 1)
    for (const { partition, timestamp, key, value } of await recordsOf(topics, topic)) {
      // A record has the append time of its raw record, by which the range goes.
      if (timestamp < from || timestamp >= to) continue
      decisions.push([kind, partition, timestamp, key?.toString('hex'), value?.toString('base64')].join(' '))
    }
  }
  return decisions.sort()
}

const edgesOf = async ({ fetcher, topics }: Opened): Promise<number[]> =>
  fetcher.edges(
    listTopics(topics).flatMap(({ name, partitions }) =>
      Array.from({ length: partitions }, (_, partition) => ({ topic: name, partition })),
    ),
    'high',
  )

const auditEvent = (guid: string, time: number): string =>
  JSON.stringify({ guid, ts: new Date(time).toISOString().replace('Z', '+0000') })

/** The append times of raw, in order. */
async function timesOf(topics: Opened): Promise<number[]> {
  const raw = await Promise.all(knownServices.map(service => recordsOf(topics, topics.topics.raw(service))))
  return raw
    .flat()
    .map(({ timestamp }) => timestamp)
    .sort((a, b) => a - b)
}

test('a replay decides as the first time, from anywhere, and leaves the live topics alone', async t => {
  // Given a window that ids leave while the test runs, copies, variants and junk
  const chain = await testChain(t, {
    proofpoint: { events: { message: 400, maillog: 800 }, rate: 50, duplicates: 0.2, junk: 0.02 },
    config: 'dedup: {window: 10s, archive_window: 10s, batch_events: 50}',
  })
  for (const service of services) chain.start(service)
  await until('events flow', () => chain.devo.stats().distinct > 20)
  const begun = Date.now()
  for (let round = 0; round < 9; round++) {
    // The same ids again and again, now and then with another time, while others move the event clock on.
    for (let n = 0; n < 12; n++) {
      chain.proofpoint.offer('audit', auditEvent(`v${n}`, begun + ((round + n) % 2)))
      chain.proofpoint.offer('audit', auditEvent(`r${round}-${n}`, Date.now()))
    }
    await sleep(1_500)
  }
  await chain.proofpoint.finished
  const topics = await opened(t, chain)
  // Not every event is delivered: of some variants the first one is another.
  await eventually('everything is decided', async () => {
    const { unique, duplicate, rejected } = await topics.counts()
    return unique + duplicate + rejected === chain.proofpoint.ledger.counts().sent ? true : undefined
  })
  await chain.stopServices()
  const { prefix } = topics.topics.positions.name.match(/^(?<prefix>.*)\.positions$/)?.groups ?? {}
  ok(prefix !== undefined)
  const before = await edgesOf(topics)
  const groupsOf = async (): Promise<string[]> =>
    (await topics.client.admin.listGroups()).groups
      .map(({ groupId }) => groupId)
      .filter(group => group.includes(prefix))
      .sort()
  const groups = await groupsOf()
  const live = await topics.counts()
  ok(live.duplicate > 0 && live.rejected > 0 && live.doubledInUnique > 0, JSON.stringify(live))
  const times = await timesOf(topics)
  const [first = 0, third = 0, twoThirds = 0, last = 0] = [0, 1 / 3, 2 / 3, 1].map(
    share => times[Math.floor(share * (times.length - 1))],
  )

  for (const [name, from, to] of [
    ['all', first, last + 1],
    ['middle', third, twoThirds],
    ['end', twoThirds, last + 1],
  ] as const) {
    // When it is decided again
    const run = await replay(chain, '--from', String(from), '--to', String(to), '--name', name, '--json')
    equal(run.code, 0, run.err)
    // Then every event and every reject is what it was
    const expected = await decisionsOf(topics, { prefix, from, to })
    deepEqual(await decisionsOf(topics, { prefix: `${prefix}.replay.${name}` }), expected, name)
    const { decided, unique, duplicate, rejected, exact, warmUp } = JSON.parse(run.out)
    t.diagnostic(`${name}: ${run.out.trim()}`)
    equal(exact, true)
    equal(decided, times.filter(time => time >= from && time < to).length)
    equal(unique + rejected, expected.length)
    equal(decided, unique + duplicate + rejected)
    if (name === 'all')
      deepEqual([unique, duplicate, rejected, warmUp], [live.unique, live.duplicate, live.rejected, 0])
  }
  deepEqual(await edgesOf(topics), before)
  deepEqual(await groupsOf(), groups)

  // A name is used once, unless it is said that the earlier replay may go
  const range = ['--from', new Date(third).toISOString(), '--to', new Date(twoThirds).toISOString()]
  const again = await replay(chain, ...range, '--name', 'all')
  equal(again.code, 78)
  match(again.err, /\.replay\.all\.rejected exist from an earlier replay.*--overwrite/)
  const dry = await replay(chain, ...range, '--name', 'all', '--dry-run')
  match(
    dry.out,
    /^decided [\d,]+ = unique [\d,]+ \+ duplicate [\d,]+ \+ rejected \d+ .*as the first time.*\nNothing was written/,
  )
  const over = await replay(chain, ...range, '--name', 'all', '--overwrite')
  equal(over.code, 0, over.err)
  match(over.out, /Written to .*\.replay\.all\.unique\.message/)
  deepEqual(
    await decisionsOf(topics, { prefix: `${prefix}.replay.all` }),
    await decisionsOf(topics, { prefix, from: third, to: twoThirds }),
  )

  // A window that was another one then is noticed by the ledger's own account
  const config = await readFile(chain.configFile, 'utf8')
  await writeFile(chain.configFile, config.replace('{window: 10s, archive_window: 10s', '{window: 1h'))
  const wider = await replay(chain, '--from', String(first), '--to', String(last + 1), '--dry-run', '--json')
  equal(wider.code, 0, wider.err)
  equal(JSON.parse(wider.out).exact, false)
  match(wider.err, /Not all decisions are the first ones.* were unique up to offset \d+.*dedup\.window/)
  await writeFile(chain.configFile, config)

  // One service alone has its own topics, and a time without records is said
  const one = await replay(chain, ...range, '--service', 'audit', '--json')
  deepEqual(
    JSON.parse(one.out).topics.map((each: string) => each.replace(/^.*-audit/, '')),
    ['.unique.audit', '.rejected'],
  )
  const none = await replay(chain, '--from', '2024-05-22T10:00:00Z', '--to', '2024-05-22T11:00:00Z')
  equal(none.code, 78)
  match(none.err, /raw\.audit: no record was appended from 2024-05-22T10:00:00\.000Z to/)
})

test('a ledger that is gone is said, with the time from which on it is not, and --approximate goes on', async t => {
  const chain = await testChain(t, {
    partitions: 1,
    proofpoint: { events: { audit: 1_250 }, rate: 50, duplicates: 0.2 },
    config: 'dedup: {window: 10s, archive_window: 10s, batch_events: 50}',
  })
  for (const service of services) chain.start(service)
  await arrives(chain)
  await chain.stopServices()
  const topics = await opened(t, chain)
  const seen = { topic: topics.topics.seen('audit').name, partition: 0 }
  const { end } = await topics.fetcher.offsets(seen)
  // kafkajs deletes records only of a topic that it has been asked about.
  await topics.client.admin.fetchTopicOffsets(seen.topic)
  await topics.client.admin.deleteTopicRecords({
    topic: seen.topic,
    partitions: [{ partition: 0, offset: String(Math.floor(end / 5)) }],
  })
  const times = await timesOf(topics)
  const [from, to] = [times[0] ?? 0, (times.at(-1) ?? 0) + 1].map(String)

  const refused = await replay(chain, '--from', `${from}`, '--to', `${to}`)
  equal(refused.code, 78)
  match(refused.err, /cannot be read back for 1 of 1 partitions.*seen\.audit does not reach back so far/)
  const since = /at (\S+) or after it/.exec(refused.err)?.[1] ?? ''
  const later = await replay(chain, '--from', since, '--to', `${to}`, '--json')
  equal(later.code, 0, later.err)
  equal(JSON.parse(later.out).exact, true)
  const approximate = await replay(chain, '--from', `${from}`, '--to', `${to}`, '--approximate', '--json')
  equal(approximate.code, 0, approximate.err)
  match(approximate.err, /count as unique/)
  const { exact, decided } = JSON.parse(approximate.out)
  deepEqual([exact, decided], [false, times.length])
})

test('a replay beside a dedup that runs decides as it does, and disturbs nothing', async t => {
  const chain = await testChain(t, { proofpoint: { events: 6_000, rate: 200, duplicates: 0.1, junk: 0.01 } })
  for (const service of services) chain.start(service)
  await until('events flow', () => chain.devo.stats().distinct > 1_000)
  const topics = await opened(t, chain)
  const prefix = topics.topics.positions.name.replace(/\.positions$/, '')
  const times = await timesOf(topics)
  const [from = 0, to] = [times[Math.floor(times.length / 3)], Date.now()]
  await sleep(10)
  const run = await replay(chain, '--from', String(from), '--to', String(to), '--name', 'beside')
  equal(run.code, 0, run.err)
  // Whatever came of it, dedup has work left to do.
  for (let n = 0; n < 500; n++) chain.proofpoint.offer('audit', auditEvent(`late ${n}`, Date.now()))

  await arrives(chain)
  await chain.stopServices()
  deepEqual(
    await decisionsOf(topics, { prefix: `${prefix}.replay.beside` }),
    await decisionsOf(topics, { prefix, from, to }),
  )
  const { gaps } = await accountFor(t, chain, { doublesAllowed: false })
  deepEqual(gaps, [])
})
