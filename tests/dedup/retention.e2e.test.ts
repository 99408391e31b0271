// A window that is longer than Kafka keeps the ledger is refused at the start, and put right as the message says.

import { equal, match } from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { startPodpipe } from '@podpipe/demo/service-process.ts'
import { atEnd } from '../kit/at-end.ts'
import { testChain } from '../kit/chains/chain.ts'
import { eventually, until } from '../kit/eventually.ts'

test('dedup refuses a window of 30 days over topics made for hours, until they are set for it', async t => {
  // The chain makes its topics for the usual window.
  const chain = await testChain(t, {
    config: 'dedup: {window: 30d}\n',
    proofpoint: { events: { message: 20 } },
  })
  const dedup = chain.start('dedup')
  await until('dedup has ended', () => !dedup.running)
  equal(await dedup.stop(), 78)
  match(dedup.tail(20), /seen\.message keeps the ledger for 8d, and it is needed for 37d/)
  match(dedup.tail(20), /podpipe topics apply/)

  const logFile = join(chain.configFile, '..', 'apply.log')
  const apply = startPodpipe('topics', ['topics', 'apply', '--config', chain.configFile], {
    logFile,
    trust: chain.trust,
  })
  await until('the topics are set', () => !apply.running)
  match(apply.tail(20), /seen\.message +set: retention\.ms=3283200000/)

  chain.start('dedup')
  chain.start('ingest')
  const topics = await chain.topics()
  atEnd(t, topics.close)
  await eventually('dedup decides', async () => ((await topics.counts()).unique >= 20 ? true : undefined))
  await chain.stopServices()
})
