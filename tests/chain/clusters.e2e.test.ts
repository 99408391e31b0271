// Two clusters in one configuration, each with a key and a server of its own.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { all } from '@podpipe/demo/topic-counts.ts'
import { startProofpoint } from '@podpipe/simulators/proofpoint/proofpoint.ts'
import { atEnd } from '../kit/at-end.ts'
import { testChain } from '../kit/chains/chain.ts'
import { until } from '../kit/eventually.ts'

test('events of two clusters flow side by side, and the same id in both is two events', async t => {
  const seed = 7
  // One seed: the same ids in both clusters, in events that name their cluster.
  const stream = { seed, events: { message: 400 }, duplicates: 0.2 }
  const chain = await testChain(t, { seed, proofpoint: stream })
  const certs = join(chain.configFile, '..', '..', 'certs')
  const pem = (name: string): string => readFileSync(join(certs, name), 'utf8')
  const second = await startProofpoint({
    ...stream,
    certificates: { server: { cert: pem('server.crt'), key: pem('server.key') } },
    cluster: 'second_hosted',
    tokens: ['second-token'],
  })
  atEnd(t, () => second.close())
  const config = readFileSync(chain.configFile, 'utf8')
  const input = `  second:
    id: demo2
    credentials: {cluster_id: second_hosted, api_key: second-token}
    services:
      message: {request_period_in_seconds: 1, override_tag_base: my.second.tag, override_url_base: "${second.url}"}
`
  equal(config.includes('\nkafka:'), true)
  writeFileSync(chain.configFile, config.replace('kafka:', `${input}kafka:`))

  for (const service of ['ingest', 'dedup', 'forwarder'] as const) chain.start(service)
  const tags = ['mail.proofpoint.pod.message', 'my.second.tag'] as const
  const [events, others] = [chain.proofpoint, second]
  await Promise.all([events.finished, others.finished])
  const expected = [events, others].map(({ ledger }) => ledger.counts().events)
  await until('everything has arrived', () => {
    const { perTag } = chain.devo.stats()
    return tags.every((tag, each) => (perTag[tag] ?? 0) >= (expected[each] ?? 0))
  })
  await chain.stopServices()
  deepEqual(
    tags.map(tag => chain.devo.stats().perTag[tag]),
    expected,
  )
  deepEqual([events.stats().refused, others.stats().refused], [{}, {}])

  const topics = await chain.topics()
  atEnd(t, topics.close)
  const ids = new Map<string, string[]>()
  for await (const { key, value } of all(topics.fetcher, topics.topics.unique('message'))) {
    ids.set(value.cluster, [...(ids.get(value.cluster) ?? []), key])
  }
  const [first, other] = ['simulated_hosted', 'second_hosted'].map(cluster => ids.get(cluster)?.sort() ?? [])
  deepEqual(first, other)
  equal(new Set(first).size, expected[0])
  ok((await topics.counts()).duplicate > 100)
})
