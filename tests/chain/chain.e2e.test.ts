// The whole chain with nothing broken: what goes in, what comes out, and where the rest is.

import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { all } from '@podpipe/demo/topic-counts.ts'
import type { Decision } from '@podpipe/operations/find/way.ts'
import { contentHash } from '@podpipe/simulators/proofpoint/ledger.ts'
import { atEnd } from '../kit/at-end.ts'
import { accountFor, arrives, testChain } from '../kit/chains/chain.ts'
import { runPodpipe } from '../kit/chains/podpipe.ts'
import { eventually } from '../kit/eventually.ts'
import { differences } from '../kit/metrics/metric-list.ts'
import { metricsOf, type Sample } from '../kit/metrics/metrics.ts'

test('Payload bytes are never changed: three copies in, one line out, bytes equal', async t => {
  const chain = await testChain(t)
  // Given an event with everything that a careless forwarder would change
  const event = Buffer.from(
    '{"guid":"rkuzwIede_tYDQ","ts":"2024-05-22T12:10:03.058340-0700", "n":12345678901234567890,"f":1.0,"s":"caf\u00e9 \\u00e9 \\/"}',
  )
  for (const service of ['ingest', 'dedup', 'forwarder'] as const) chain.start(service)

  // When Proofpoint sends it three times, and then another one
  for (let copy = 0; copy < 3; copy++) chain.proofpoint.offer('message', event)
  chain.proofpoint.offer('message', '{"guid":"another","ts":"2024-05-22T12:10:04.000000-0700"}')

  // Then Devo has each once, byte for byte, under the vendor's tag
  await arrives(chain)
  equal(chain.devo.count(contentHash(event)), 1)
  deepEqual(chain.devo.stats().perTag, { 'mail.proofpoint.pod.message': 2 })
  equal(chain.devo.stats().malformed, 0)
  const tap = [
    'tap',
    'unique',
    '--config',
    chain.configFile,
    '--match',
    'id=rkuzwIede_tYDQ',
    '--format',
    'payload',
  ]
  deepEqual(await runPodpipe(tap), { out: `${event}\n`, err: '', code: 0 })
  // And podpipe find tells the way of each copy, up to the proof of delivery.
  const find = ['find', 'rkuzwIede_tYDQ', '--config', chain.configFile, '--service', 'message', '-o', 'json']
  await eventually('the first copy is delivered, and the others are known as copies', async () => {
    const [found] = JSON.parse((await runPodpipe(find)).out).found
    const [first, ...others]: readonly { decision: Decision }[] = found?.copies ?? []
    if (first?.decision.kind !== 'unique' || first.decision.outputs[0]?.fate !== 'delivered') return undefined
    deepEqual(
      others.map(({ decision }) => decision.kind),
      ['duplicate', 'duplicate'],
    )
    return true
  })
  await chain.stopServices()
  const { accounting, gaps } = await accountFor(t, chain, { doublesAllowed: false })
  deepEqual(gaps, [])
  deepEqual([accounting.received, accounting.unique, accounting.duplicate], [4, 2, 2])
})

test('Bad input is kept and explained: a reject arrives in the rejected topic with reason and coordinates, and the flow goes on', async t => {
  const chain = await testChain(t)
  const junk = ['{"guid":"torn', '', '[1,2]', 'plain text']
  for (const service of ['ingest', 'dedup', 'forwarder'] as const) chain.start(service)

  for (const frame of junk) chain.proofpoint.offer('audit', frame)
  chain.proofpoint.offer('audit', '{"no":"id"}')
  chain.proofpoint.offer('audit', '{"guid":"7061cc5e","ts":"2023-10-25T21:49:38.968838+0000"}')

  await arrives(chain)
  const topics = await chain.topics()
  atEnd(t, topics.close)
  const rejected = await eventually('all rejects', async () => {
    const found = await topics.rejected()
    return found.length === junk.length ? found : undefined
  })
  deepEqual(rejected.map(({ bytes }) => bytes.toString()).sort(), [...junk].sort())
  for (const { topic, partition, offset, reason, error, bytes } of rejected) {
    equal(reason, 'not_json')
    match(error, bytes.length === 0 ? /empty/ : /no JSON object/)
    // The coordinates lead to the very frame in raw.
    equal(topic, topics.topics.raw('audit').name)
    for await (const record of all(topics.fetcher, topics.topics.raw('audit'), partition)) {
      if (record.offset === offset) deepEqual(record.value.frame, bytes)
    }
  }
  const tap = ['tap', 'rejected', '--config', chain.configFile, '--format', 'json', '--limit', '3']
  const { out } = await runPodpipe(tap)
  const shown = out
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  deepEqual(
    shown.map(({ payload, reason }) => [junk.includes(payload), reason]),
    Array(3).fill([true, 'not_json']),
  )
  await chain.stopServices()
  const { accounting, gaps } = await accountFor(t, chain, { doublesAllowed: false })
  deepEqual(gaps, [])
  deepEqual([accounting.rejected, accounting.delivered], [junk.length, 2])
})

test('ten thousand events of three kinds, with copies, disorder and junk: the accounting closes', async t => {
  const chain = await testChain(t, {
    proofpoint: {
      events: 10_000,
      duplicates: 0.1,
      disorder: 0.05,
      junk: 0.002,
      noId: 0.002,
      trailingNewline: true,
    },
  })
  const begun = Date.now() / 1_000
  for (const service of ['ingest', 'dedup', 'forwarder'] as const) chain.start(service)
  await arrives(chain)
  const ingest = await metricsOf(chain.process('ingest'))
  const dedup = await metricsOf(chain.process('dedup'))
  const delivered = await eventually('all is confirmed', async () => {
    const forwarder = await metricsOf(chain.process('forwarder'))
    return forwarder('podpipe_lag_records').every(({ value }) => value === 0) ? forwarder : undefined
  })
  for (const service of ['ingest', 'dedup', 'forwarder'] as const) {
    deepEqual(await differences(service, chain.process(service)), [])
  }
  await chain.stopServices()
  const { accounting, gaps } = await accountFor(t, chain, { doublesAllowed: false })
  deepEqual(gaps, [])
  equal(accounting.received, accounting.offered)

  // What ingest tells of itself agrees with what lies in the topics.
  const total = (samples: readonly Sample[]) => samples.reduce((sum, { value }) => sum + value, 0)
  const sum = (metric: string) => total(ingest(metric))
  equal(sum('podpipe_ingest_received_total'), accounting.received)
  ok(sum('podpipe_ingest_received_bytes_total') > 500 * accounting.received)
  equal(sum('podpipe_ingest_session_up'), 3)
  equal(sum('podpipe_ingest_conflicts_total'), 0)
  for (const { value } of ingest('podpipe_ingest_last_frame_timestamp_seconds')) {
    ok(value >= begun && value <= Date.now() / 1_000)
  }
  for (const metric of ['in_flight_bytes', 'archive_hours_todo']) {
    equal(ingest(`podpipe_ingest_${metric}`).length, 3, metric)
  }

  // And the account closes at rest, over all services, by the metrics alone.
  const decided = dedup('podpipe_dedup_events_total')
  const unique = decided.filter(({ labels }) => labels.includes('outcome="unique"'))
  equal(total(decided), sum('podpipe_ingest_received_total'))
  equal(total(delivered('podpipe_forwarder_events_total')), total(unique))
  equal(total(delivered('podpipe_forwarder_delay_seconds_count')), total(unique))
  for (const { labels, value } of delivered('podpipe_lag_seconds')) equal(value, 0, labels)
})
