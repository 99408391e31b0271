// `podpipe audit --deep` and `podpipe replay --through dedup` on three brokers of which one is killed, while they read
// and before: what they find is what they find with all three.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { all } from '@podpipe/demo/topic-counts.ts'
import { knownServices } from '@podpipe/schemas/service.ts'
import { topicsOf } from '@podpipe/schemas/topics.ts'
import { atEnd } from '../kit/at-end.ts'
import { startCluster } from '../kit/brokers/cluster.ts'
import { startKafkaProxy } from '../kit/brokers/kafka-proxy.ts'
import { testChain } from '../kit/chains/chain.ts'
import { runPodpipe } from '../kit/chains/podpipe.ts'
import { eventually } from '../kit/eventually.ts'

const partitions = 3
/** Answers with records that a command gets before its broker dies: it is in the midst of its work then. */
const fetches = 10
const patience = 30_000

test('an audit and a replay find the same with a broker that dies under them, and without it', async t => {
  // Given events with copies and junk, kept three times
  const cluster = await startCluster(t)
  const proxy = await startKafkaProxy(t, cluster.brokers)
  const prefix = 'pod'
  const chain = await testChain(t, {
    ...{ prefix, partitions, brokers: cluster.brokers, through: proxy.brokers },
    proofpoint: { events: 3_000, duplicates: 0.1, junk: 0.02 },
    config: 'dedup: {batch_events: 50}\n',
  })
  const { client, fetcher, topics, close, counts } = await chain.topics()
  atEnd(t, close)
  for (const service of ['ingest', 'dedup'] as const) chain.start(service)
  await chain.proofpoint.finished
  const { unique, duplicate, rejected } = await eventually('every frame decided', async () => {
    const found = await counts()
    const decided = found.unique + found.duplicate + found.rejected
    return decided === chain.proofpoint.ledger.counts().sent ? found : undefined
  })
  await chain.stopServices()
  const partitionsOf = async (topic: string) =>
    (await client.admin.fetchTopicMetadata({ topics: [topic] })).topics.flatMap(each => each.partitions)
  const all3 = topics.services.flatMap(service =>
    [topics.raw, topics.unique, topics.seen].map(of => of(service)),
  )
  const inSync = () =>
    eventually('three replicas in sync', async () => {
      const found = await Promise.all(all3.map(({ name }) => partitionsOf(name)))
      return found.flat().every(({ isr }) => isr.length === 3) || undefined
    })
  await inSync()

  // Past the proxy, which takes a connection even where its broker is dead.
  const straight = chain.configFile.replace('config.yaml', 'straight.yaml')
  const through = await readFile(chain.configFile, 'utf8')
  await writeFile(
    straight,
    proxy.brokers.reduce((text, address, at) => text.replace(address, cluster.brokers[at] ?? ''), through),
  )
  let config = straight
  const run = async (...args: string[]): Promise<unknown> => {
    const { out, err, code } = await runPodpipe([...args, '--config', config])
    equal(code, 0, err)
    return JSON.parse(out)
  }
  const audit = () => run('audit', '--deep', '-o', 'json')
  const to = String(Date.now())
  const replayTo = (name: string, ...args: string[]) =>
    run('replay', '--through', 'dedup', '--from', '1', '--to', to, '--name', name, '--json', ...args)
  const replay = () => replayTo('none', '--dry-run')
  const expected = { audit: await audit(), replay: await replay() }

  const leaderOf = async (topic: string): Promise<number> => {
    const [{ leader } = { leader: -1 }] = await partitionsOf(topic)
    return leader
  }
  for (const [name, command, topic] of [
    ['audit', audit, topics.raw('audit').name],
    ['replay', replay, topics.raw('audit').name],
  ] as const) {
    // When the leader of a partition that is still to be read dies while it reads
    const node = await leaderOf(topic)
    let killed: Promise<void> | undefined
    config = chain.configFile
    const found = command()
    config = straight
    const signal = AbortSignal.timeout(patience)
    for (let answers = 1; answers <= fetches; answers++) {
      await proxy.strike({ api: 'Fetch', at: 'answer', fate: 'pass' }, signal, () => {
        if (answers === fetches) killed = cluster.kill(node)
      })
    }
    // Then it finds the same
    deepEqual(await found, expected[name])
    await killed
    ok(killed !== undefined)
    t.diagnostic(`${name}: broker ${node} died`)
    // And so does the other one, without the broker
    deepEqual({ audit: await audit(), replay: await replay() }, expected)
    if (name === 'replay') continue
    await cluster.start(node)
    await inSync()
  }

  // A replay that writes writes the same events without the broker
  await replayTo('written')
  const written = topicsOf({ prefix: `${prefix}.replay.written`, partitions, services: knownServices })
  const eventsOf = async (of: typeof topics.unique): Promise<string[]> => {
    const events: string[] = []
    for (const service of knownServices) {
      for await (const { key, partition, timestamp } of all(fetcher, of(service)))
        events.push(`${service} ${partition} ${timestamp} ${key}`)
    }
    return events
  }
  const events = await eventsOf(topics.unique)
  equal(events.length, unique)
  ok(duplicate > 0 && rejected > 0)
  deepEqual(await eventsOf(written.unique), events)
})
