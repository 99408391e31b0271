// Promise 6: memory is bounded under lag, outage and flood, and back-pressure reaches the socket.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { atEnd } from './kit/at-end.ts'
import { accountFor, arrives, testChain } from './kit/chain.ts'
import { until } from './kit/eventually.ts'
import { ownBroker } from './kit/own-broker.ts'

const events = 30_000

/** Waits until a number no longer grows. */
async function steady(look: () => number): Promise<number> {
  for (let before = -1; ; ) {
    const now = look()
    if (now === before) return now
    before = now
    await sleep(2_000)
  }
}

test('Memory is bounded: while Kafka stands still the socket is paused, and afterwards everything arrives', async t => {
  const broker = await ownBroker(t)
  const chain = await testChain(t, {
    brokers: broker.brokers,
    proofpoint: { events, repeatAfterUncleanEndMs: 60_000 },
    config: 'ingest: {max_in_flight_bytes: 1MiB, pause_limit: 2m}',
  })
  const ingest = chain.start('ingest')
  await until('the sessions bring events', () => chain.proofpoint.ledger.counts().sent > 100)

  // The broker is frozen: it holds its connections and answers nothing.
  const { pid } = broker
  ok(pid !== undefined)
  process.kill(pid, 'SIGSTOP')
  let frozen = true
  atEnd(t, () => (frozen ? process.kill(pid, 'SIGCONT') : undefined))
  const sent = await steady(() => chain.proofpoint.ledger.counts().sent)
  t.diagnostic(`of ${events} events ${sent} were taken while Kafka stood still`)
  ok(sent < events, 'the flood went on although Kafka took nothing')
  equal(ingest.running, true)
  process.kill(pid, 'SIGCONT')
  frozen = false

  chain.start('dedup')
  chain.start('forwarder')
  await arrives(chain)
  await chain.stopServices()
  const { accounting, gaps } = await accountFor(t, chain, { doublesAllowed: true })
  deepEqual(gaps, [])
  equal(accounting.doubledInUnique, 0)
})

test('Memory is bounded: while the sink reads nothing the forwarder holds what its limits allow and no more', async t => {
  const chain = await testChain(t, {
    proofpoint: { events },
    config: 'forwarder: {stretch_events: 500, stretch_bytes: 1MiB}',
  })
  chain.devo.stall()
  for (const service of ['ingest', 'dedup', 'forwarder'] as const) chain.start(service)
  await chain.proofpoint.finished

  // Five stretches may be held, and one delivery of 1,000 that found room for its first event.
  const held = async (): Promise<number> => {
    const port = /"http":"127\.0\.0\.1:(\d+)"/.exec(chain.process('forwarder').tail(100))?.[1]
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
    return Number(/^podpipe_forwarder_unconfirmed_events\{[^}]*\} (\d+)$/m.exec(metrics)?.[1] ?? Number.NaN)
  }
  let most = 0
  let seen = 0
  while (seen < 5) {
    const now = await held()
    if (now > 0) seen++
    most = Math.max(most, now)
    await sleep(500)
  }
  t.diagnostic(`at most ${most} events were held of ${events}`)
  ok(most <= 5 * 500 + 1_000, `${most} events were held`)

  chain.devo.resume()
  await arrives(chain)
  await chain.stopServices()
  deepEqual((await accountFor(t, chain, { doublesAllowed: true })).gaps, [])
})
