// Promises 1 and 2 where it is hardest: dedup loses a connection at each kind of request that it sends, and is
// killed at each step of a transaction. `npm run test:faults` does it for longer, on three brokers.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '@podpipe/simulators/random.ts'
import { ownBroker } from '../kit/brokers/own-broker.ts'
import { sentenceOf as accountOf, gapsOf } from '../kit/faults/fault-account.ts'
import { drawFault, type Fault, flowing, sentenceOf } from '../kit/faults/fault-plan.ts'
import { startFaults } from '../kit/faults/faults.ts'

const kills = 3
const load = { batch: 10, pause: 20 }

test('Each event is once in unique, none is missing: dedup is cut off at each of its requests, and killed', async t => {
  const seed = Math.floor(Math.random() * 65_536)
  const random = createRandom(seed)
  const { brokers } = await ownBroker(t)
  const run = await startFaults(t, { brokers, seed, load })

  const faults: Fault[] = [
    ...flowing.flatMap((api): Fault[] => [
      { kind: 'cut', restart: false, strike: { api, at: 'request', fate: 'cut' } },
      { kind: 'cut', restart: false, strike: { api, at: 'answer', fate: random.pick(['cut', 'half']) } },
    ]),
    ...(['Metadata', 'FindCoordinator', 'InitProducerId'] as const).map((api): Fault => {
      const strike = random.pick([
        { api, at: 'request', fate: 'cut' },
        { api, at: 'answer', fate: 'cut' },
      ] as const)
      return { kind: 'cut', restart: true, strike }
    }),
    // Whoever loses an answer about its membership stands in its own way for 10 s; that is for the long run.
    { kind: 'cut', restart: true, strike: { api: 'JoinGroup', at: 'request', fate: 'cut' } },
    ...Array.from({ length: kills }, () => drawFault(random, ['kill'])),
  ]
  for (const fault of faults) {
    const since = performance.now()
    ok(await run.commit(fault), `${sentenceOf(fault)}: its moment did not come`)
    await run.recovered()
    t.diagnostic(`${sentenceOf(fault)}: ${Math.round(performance.now() - since)} ms with the recovery`)
  }

  const account = await run.finish()
  t.diagnostic(`${faults.length} faults   ${accountOf(account)}`)
  deepEqual(gapsOf(account), [])
  t.diagnostic(`podpipe audit --deep: ${await run.audit()}`)
  deepEqual(run.ownEnds, [], 'dedup must not end over a connection that was cut')
  // Offsets in transactions are not used; if they ever are, their requests belong to the faults above.
  for (const api of ['AddOffsetsToTxn', 'TxnOffsetCommit']) equal(run.requests.get(api), undefined, api)
})
