// Ids that outgrow dedup.max_memory: dedup pauses and says so, and goes on from there when it is given more.

import { deepEqual, equal, match } from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { accountFor, arrives, testChain } from '../kit/chains/chain.ts'
import { eventually, until } from '../kit/eventually.ts'

test('Memory is bounded: at dedup.max_memory nothing more is decided, nothing is forgotten, and more memory heals it', async t => {
  const chain = await testChain(t, {
    proofpoint: { events: 50_000, duplicates: 0.1 },
    config: 'dedup: {max_memory: 1MiB}',
  })
  const dedup = chain.start('dedup')
  chain.start('ingest')
  chain.start('forwarder')
  await until('dedup pauses', () => dedup.tail(50).includes('dedup.max_memory allows 1 MiB; dedup is paused'))
  const port = /"http":"127\.0\.0\.1:(\d+)"/.exec(dedup.tail(200))?.[1]
  await eventually('it is not ready, and says why', async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`)
    const body = await answer.text()
    if (
      answer.status !== 503 ||
      !body.includes('memory: paused at the bound of its memory: the remembered ids take')
    )
      return undefined
    match(body, /dedup\.max_memory allows 1 MiB/)
    return true
  })
  equal(await dedup.stop(), 0, dedup.tail(20))

  writeFileSync(chain.configFile, readFileSync(chain.configFile, 'utf8').replace('1MiB', '64MiB'))
  chain.start('dedup')
  await arrives(chain)
  await chain.stopServices()
  const { accounting, gaps } = await accountFor(t, chain, { doublesAllowed: true })
  deepEqual(gaps, [])
  equal(accounting.doubledInUnique, 0)
})
