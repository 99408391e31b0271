// An event that comes again with another time of its own, with both settings of dedup.variants.

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { contentHash } from '@podpipe/simulators/proofpoint/ledger.ts'
import { atEnd } from '../kit/at-end.ts'
import { testChain } from '../kit/chains/chain.ts'
import { eventually } from '../kit/eventually.ts'
import { metricsOf } from '../kit/metrics/metrics.ts'

const at = (seconds: string): string =>
  `{"guid":"rkuzwIede_tYDQ","ts":"2024-05-22T12:10:${seconds}.058340-0700"}`
const [first, second] = [at('03'), at('04')]

for (const [variants, decided, delivered, counted] of [
  ['reject', { unique: 1, duplicate: 2, rejected: 2 }, [1, 0], 0],
  ['forward', { unique: 2, duplicate: 3, rejected: 0 }, [1, 1], 1],
] as const) {
  test(`an event with two times that take turns, variants: ${variants}`, async t => {
    const chain = await testChain(t, { config: `dedup: {variants: ${variants}}\n` })
    const topics = await chain.topics()
    atEnd(t, topics.close)
    for (const service of ['ingest', 'dedup', 'forwarder'] as const) chain.start(service)
    for (const each of [first, second, first, second, first]) chain.proofpoint.offer('message', each)
    const { unique, duplicate, rejected } = await eventually('all is decided', async () => {
      const found = await topics.counts()
      return found.unique + found.duplicate + found.rejected === 5 ? found : undefined
    })
    deepEqual({ unique, duplicate, rejected }, decided)
    const counts = () => [first, second].map(each => chain.devo.count(contentHash(Buffer.from(each))))
    await eventually('all is delivered', () => (counts().join() === delivered.join() ? true : undefined))
    const kept = await topics.rejected()
    deepEqual(
      kept.map(({ reason, bytes }) => [reason, bytes.toString()]),
      Array(rejected).fill(['variant', second]),
    )
    const samples = await metricsOf(chain.process('dedup'))
    const total = (metric: string): number => samples(metric).reduce((sum, { value }) => sum + value, 0)
    equal(total('podpipe_dedup_variants_total'), counted)
    equal(total('podpipe_dedup_rejected_total'), rejected)
    await chain.stopServices()
  })
}
