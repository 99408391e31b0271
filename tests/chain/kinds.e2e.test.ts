// A kind of event that podpipe does not know by name, from the simulator to the sink.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { all } from '@podpipe/demo/topic-counts.ts'
import { atEnd } from '../kit/at-end.ts'
import { accountFor, arrives, testChain } from '../kit/chains/chain.ts'

test('a fourth kind of event, which the configuration adds, arrives once and under its own tag', async t => {
  const chain = await testChain(t, {
    moreServices: { quarantine: 'type: quarantine, id_field: qid, time_field: when' },
    proofpoint: {
      otherType: { name: 'quarantine', idField: 'qid', timeField: 'when' },
      events: { other: 1_000, audit: 100 },
      duplicates: 0.2,
    },
  })
  for (const service of ['ingest', 'dedup', 'forwarder'] as const) chain.start(service)
  await arrives(chain)
  await chain.stopServices()

  const { accounting, gaps } = await accountFor(t, chain, { doublesAllowed: false })
  deepEqual(gaps, [])
  ok(accounting.duplicate > 100)
  const { perTag } = chain.devo.stats()
  deepEqual(Object.keys(perTag).sort(), ['mail.proofpoint.pod.audit', 'mail.proofpoint.pod.quarantine'])

  // Known by its own fields, and not by a digest of its bytes.
  const topics = await chain.topics()
  atEnd(t, topics.close)
  let seen = 0
  for await (const { key, value } of all(topics.fetcher, topics.topics.unique('quarantine'))) {
    equal(key, JSON.parse(value.payload.toString()).qid)
    ok(value.event_time !== null)
    seen++
  }
  equal(seen, perTag['mail.proofpoint.pod.quarantine'])
})
