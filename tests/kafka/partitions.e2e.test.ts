// More partitions for a podpipe that has events: explained, refused until everything is drained, and carried out
// so that an id is still known wherever it belongs now.

import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import type { Chain } from '@podpipe/demo/chain.ts'
import { all, openTopics, type TopicCounts } from '@podpipe/demo/topic-counts.ts'
import { readRange } from '@podpipe/runtime/kafka/read/read-range.ts'
import { createFencedProducer } from '@podpipe/runtime/kafka/write/fenced-producer.ts'
import { knownServices } from '@podpipe/schemas/service.ts'
import { atEnd } from '../kit/at-end.ts'
import { testBrokers } from '../kit/brokers/test-brokers.ts'
import { testChain } from '../kit/chains/chain.ts'
import { runPodpipe } from '../kit/chains/podpipe.ts'
import { eventually } from '../kit/eventually.ts'

const topicsCommand = (chain: Chain, ...args: string[]) => run(chain, 'topics', ...args)

const run = (chain: Chain, ...args: string[]) => runPodpipe([...args, '--config', chain.configFile])

/** The account of all services; it must close. */
async function audited(chain: Chain, ...args: string[]) {
  const { out, err, code } = await run(chain, 'audit', '-o', 'json', ...args)
  equal(code, 0, err)
  const { received, unique, duplicate, rejected } = JSON.parse(out)
  return { received, unique, duplicate, rejected }
}

async function setPartitions({ configFile }: Chain, from: number, to: number): Promise<void> {
  const config = await readFile(configFile, 'utf8')
  ok(config.includes(`partitions: ${from}\n`))
  await writeFile(configFile, config.replace(`partitions: ${from}\n`, `partitions: ${to}\n`))
}

/** Sends events of the kind audit; the same numbers again are copies. */
function offer({ proofpoint }: Chain, first: number, end: number): void {
  for (let n = first; n < end; n++) {
    proofpoint.offer('audit', `{"guid":"e${n}","ts":"2024-05-22T12:10:${10 + (n % 50)}.000000-0700"}`)
  }
}

const decided = ({ unique, duplicate, rejected }: TopicCounts): number => unique + duplicate + rejected

test('partitions are added once everything is drained, and every id is known afterwards', async t => {
  const chain = await testChain(t, {
    partitions: 2,
    proofpoint: { events: { message: 400, maillog: 600 }, duplicates: 0.1, junk: 0.01 },
  })
  const prefix = /prefix: (\S+)/.exec(await readFile(chain.configFile, 'utf8'))?.[1] ?? ''
  const open = async (partitions: number) => {
    const topics = await openTopics(testBrokers(), { prefix, partitions, services: knownServices })
    atEnd(t, topics.close)
    return topics
  }
  const plan = async (): Promise<string> => (await topicsCommand(chain, 'plan')).out
  // Given events in raw, and services that stop one after the other
  offer(chain, 0, 300)
  const two = await open(2)
  chain.start('ingest')
  await eventually('all is in raw', async () => ((await two.received()) === 1_300 ? true : undefined))
  await setPartitions(chain, 2, 5)
  const running = await topicsCommand(chain, 'apply', '--yes')
  equal(running.code, 78)
  match(running.err, /raw\.audit has 2 partitions and the configuration says 5.*nothing was changed\.\n/)
  match(running.err, /1 process of ingest runs, in group \S+-ingest\. Stop ingest/)
  await chain.process('ingest').stop()
  match(
    await plan(),
    /to grow from 2 to 5 partitions[\s\S]*in the way:[\s\S]*dedup has 300 records of \S+raw\.audit still/,
  )

  await setPartitions(chain, 5, 2)
  chain.start('dedup')
  await eventually('all is decided', async () => (decided(await two.counts()) === 1_300 ? true : undefined))
  await chain.process('dedup').stop()
  await setPartitions(chain, 2, 5)
  match(await plan(), /Output devo_1 has up to \d+ events of \S+unique\.audit still to deliver/)

  await setPartitions(chain, 5, 2)
  chain.start('forwarder')
  ok(await chain.settled())
  await eventually('nothing is left to deliver', async () => {
    await setPartitions(chain, 2, 5)
    const shown = await plan()
    await setPartitions(chain, 5, 2)
    return /still to deliver/.test(shown) ? undefined : true
  })
  await chain.process('forwarder').stop()
  const before = await two.counts()

  // When they are added, after an attempt that was interrupted behind its first step
  await setPartitions(chain, 2, 5)
  match(await plan(), /Step 3 can be done now/)
  const unconfirmed = await topicsCommand(chain, 'apply')
  equal(unconfirmed.code, 78)
  match(unconfirmed.err, /Nothing was changed.*--yes/)
  await two.client.admin.createPartitions({
    topicPartitions: [{ topic: two.topics.seen('audit').name, count: 5 }],
  })
  const done = await topicsCommand(chain, 'apply', '--yes')
  equal(done.code, 0, done.err)
  match(done.err, /audit has 5 partitions; 300 live ids have moved/)
  const again = await topicsCommand(chain, 'apply', '-o', 'json')
  deepEqual([...new Set(JSON.parse(again.out).map(({ change }: { change: string }) => change))], ['none'])

  // Then the account is as it was, and each copy meets its first one, wherever it belongs now
  const five = await open(5)
  deepEqual(await five.counts(), before)
  const accountOf = ({ received, unique, duplicate, rejected }: TopicCounts) => ({
    received,
    unique,
    duplicate,
    rejected,
  })
  deepEqual(await audited(chain), accountOf(before))
  deepEqual(await audited(chain, '--deep'), accountOf(before))
  const changedAt = Date.now()
  for (const service of ['dedup', 'ingest', 'forwarder'] as const) chain.start(service)
  offer(chain, 0, 400)
  ok(await chain.settled())
  const after = await eventually('all is decided', async () => {
    const counts = await five.counts()
    return decided(counts) === 1_700 ? counts : undefined
  })
  await chain.stopServices()
  deepEqual(after, {
    ...before,
    received: before.received + 400,
    unique: before.unique + 100,
    inUnique: before.inUnique + 100,
    duplicate: before.duplicate + 300,
  })
  equal(after.doubledInUnique, 0)
  const grown = await Promise.all(
    [2, 3, 4].map(partition => five.fetcher.offsets({ topic: five.topics.raw('audit').name, partition })),
  )
  ok(
    grown.every(({ end }) => end > 0),
    'the new partitions are used',
  )
  deepEqual(await audited(chain), accountOf(after))
  deepEqual(await audited(chain, '--deep'), accountOf(after))

  // A replay from the change on decides as the first time, and one across it says that it does not
  const replay = async (from: number) => {
    const through = ['replay', '--through', 'dedup', '--service', 'audit', '--dry-run', '--json']
    const { out, err, code } = await run(
      chain,
      ...through,
      '--from',
      String(from),
      '--to',
      String(Date.now()),
    )
    equal(code, 0, err)
    const { decided: count, unique, duplicate, exact } = JSON.parse(out)
    return { count, unique, duplicate, exact }
  }
  deepEqual(await replay(changedAt), { count: 400, unique: 100, duplicate: 300, exact: true })
  equal((await replay(1)).exact, false)

  // A second change within a window is refused, and so is a smaller number
  await setPartitions(chain, 5, 7)
  const soon = await topicsCommand(chain, 'apply', '--yes')
  equal(soon.code, 78)
  match(soon.err, /come from an earlier change.*--accept-doubles\. Nothing was changed/)
  await setPartitions(chain, 7, 3)
  const fewer = await topicsCommand(chain, 'apply', '--yes')
  equal(fewer.code, 78)
  match(fewer.err, /has 5 partitions and the configuration says 3\. Kafka takes no partitions away/)
})

test('with --accept-doubles ids that cannot be found are forgotten, those alone, and their copies published', async t => {
  // Given a partition whose first events are no more in unique, though their ids are still known
  const chain = await testChain(t, { partitions: 1 })
  offer(chain, 0, 100)
  for (const service of ['ingest', 'dedup', 'forwarder'] as const) chain.start(service)
  ok(await chain.settled())
  await chain.stopServices()
  const topics = await chain.topics()
  atEnd(t, topics.close)
  const { name } = topics.topics.unique('audit')
  const kept: string[] = []
  const { end } = await topics.fetcher.offsets({ topic: name, partition: 0 })
  const cut = Math.floor(end / 3)
  for await (const records of readRange(topics.fetcher, { topic: name, partition: 0 }, cut, end)) {
    for (const { key } of records) kept.push(String(key))
  }
  ok(kept.length > 0 && kept.length < 100)
  // kafkajs deletes records only of a topic that it has been asked about.
  await topics.client.admin.fetchTopicOffsets(name)
  await topics.client.admin.deleteTopicRecords({
    topic: name,
    partitions: [{ partition: 0, offset: String(cut) }],
  })

  // When a partition is added, which is refused until it is said that doubles are accepted
  await setPartitions(chain, 1, 3)
  const refused = await topicsCommand(chain, 'apply', '--yes')
  equal(refused.code, 78)
  match(
    refused.err,
    new RegExp(
      `${name} has ${kept.length} events of that time, and the ledger counts 100.*Nothing was changed`,
    ),
  )
  match((await topicsCommand(chain, 'plan')).out, /unique\.audit +to grow from 1 to 3 partitions/)
  const accepted = await topicsCommand(chain, 'apply', '--yes', '--accept-doubles')
  equal(accepted.code, 0, accepted.err)
  match(accepted.err, new RegExp(`audit has 3 partitions; ${kept.length} live ids have moved`))

  // Then copies of the kept ones are dropped, and the others are published once more
  for (const service of ['dedup', 'ingest'] as const) chain.start(service)
  offer(chain, 0, 100)
  const { prefix } = /prefix: (?<prefix>\S+)/.exec(await readFile(chain.configFile, 'utf8'))?.groups ?? {}
  const three = await openTopics(testBrokers(), {
    prefix: prefix ?? '',
    partitions: 3,
    services: knownServices,
  })
  atEnd(t, three.close)
  const counts = await eventually('all is decided', async () => {
    const found = await three.counts()
    return decided(found) === 200 ? found : undefined
  })
  await chain.stopServices()
  deepEqual([counts.unique, counts.duplicate], [200 - kept.length, kept.length])
  const again: string[] = []
  for await (const { key, offset, partition } of all(three.fetcher, three.topics.unique('audit'))) {
    if (partition > 0 || offset >= end) again.push(key)
  }
  deepEqual(
    again.sort(),
    Array.from({ length: 100 }, (_, n) => `e${n}`)
      .filter(id => !kept.includes(id))
      .sort(),
  )
  // It was accepted, so the account closes.
  const { received, unique, duplicate, rejected } = counts
  deepEqual(await audited(chain, '--deep'), { received, unique, duplicate, rejected })
})

test('a transaction may be larger than a batch: its records come to lie in order and without a gap', async t => {
  const chain = await testChain(t, { partitions: 2 })
  const { client, fetcher, topics, close } = await chain.topics()
  atEnd(t, close)
  const producer = await createFencedProducer(client, `test-${topics.positions.name}`)
  atEnd(t, producer.close)
  const place = { topic: topics.seen('audit').name, partition: 1 }
  const sizes = [7, 7, 1, 6, 3].map(mebibytes => mebibytes * 1024 * 1024)
  await producer.commit(
    sizes.map(size => ({ ...place, key: null, value: Buffer.alloc(size) })),
    [{ ...place, firstOffset: 0 }],
  )
  const found = await eventually('they are committed', async () => {
    const { end } = await fetcher.offsets(place)
    if (end <= sizes.length) return undefined
    const lengths: [number, number | undefined][] = []
    for await (const records of readRange(fetcher, place, 0, end)) {
      for (const { offset, value } of records) lengths.push([offset, value?.length])
    }
    return lengths
  })
  deepEqual(found, [...sizes.entries()])
})
