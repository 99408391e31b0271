// Promise 6: memory is bounded under lag, outage and flood, and back-pressure reaches the socket.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { EmbeddedBroker } from '@podpipe/runtime/broker/embedded.ts'
import type { Proofpoint } from '@podpipe/simulators/proofpoint/proofpoint.ts'
import { atEnd } from '../kit/at-end.ts'
import { ownBroker } from '../kit/brokers/own-broker.ts'
import { accountFor, arrives, testChain } from '../kit/chains/chain.ts'
import { linesFrom } from '../kit/chains/service-log.ts'
import { until } from '../kit/eventually.ts'
import { metricsOf } from '../kit/metrics/metrics.ts'

const events = 30_000
/** Longer than what a producer waits for an answer, 30 s: what it had sent is sent again. OUTAGE_MINUTES makes it longer. */
const outage = Number(process.env.OUTAGE_MINUTES ?? 0) * 60_000 || 35_000

/** Waits until a number no longer grows. */
async function steady(look: () => number): Promise<number> {
  for (let before = -1; ; ) {
    const now = look()
    if (now === before) return now
    before = now
    await sleep(2_000)
  }
}

/** Freezes a broker: it holds its connections and answers nothing. @returns what thaws it */
function freeze(t: TestContext, { pid }: EmbeddedBroker): () => void {
  if (pid === undefined) throw new Error('the broker does not run')
  process.kill(pid, 'SIGSTOP')
  let frozen = true
  const thaw = () => {
    if (frozen) process.kill(pid, 'SIGCONT')
    frozen = false
  }
  atEnd(t, thaw)
  return thaw
}

/** Memory of a process in MiB, by the system's own count. */
async function residentMebibytes(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)])
  return Number(stdout) / 1024
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

  const thaw = freeze(t, broker)
  const sent = await steady(() => chain.proofpoint.ledger.counts().sent)
  t.diagnostic(`of ${events} events ${sent} were taken while Kafka stood still`)
  for (const { labels, value } of (await metricsOf(ingest))('podpipe_ingest_in_flight_bytes')) {
    ok(value > 0 && value < 8 * 1024 * 1024, `${labels}: ${value} bytes in flight`)
  }
  ok(sent < events, 'the flood went on although Kafka took nothing')
  equal(ingest.running, true)
  thaw()

  chain.start('dedup')
  chain.start('forwarder')
  await arrives(chain)
  await chain.stopServices()
  const { accounting, gaps } = await accountFor(t, chain, { doublesAllowed: true })
  deepEqual(gaps, [])
  equal(accounting.doubledInUnique, 0)
})

test('Memory is bounded: an outage of Kafka longer than several pause limits closes the sessions in order, and nothing is lost', async t => {
  const broker = await ownBroker(t)
  const chain = await testChain(t, {
    brokers: broker.brokers,
    // No frame is repeated: what a session in disorder would cost would be missing.
    proofpoint: { events },
    config: 'ingest: {max_in_flight_bytes: 1MiB, pause_limit: 1s}',
  })
  const { proofpoint } = chain
  const ingest = chain.start('ingest')
  await until('the sessions bring events', () => proofpoint.ledger.counts().sent > 100)

  const thaw = freeze(t, broker)
  // audit is the smallest stream: what is left of it may fit into the memory that is allowed.
  const congested = () =>
    linesFrom(ingest, 0).filter(({ msg }) => /^Kafka has taken nothing for 1 s/.test(msg))
  const flooded = ['message', 'maillog'] as const
  await until('the flooded sessions are closed', () =>
    flooded.every(service => congested().some(line => line.service === service)),
  )
  await until('Proofpoint has released them', () =>
    proofpoint.stats().sessions.every(({ type }) => type === 'audit'),
  )
  const before = { sent: sentOf(proofpoint), memory: await residentMebibytes(ingest.pid) }
  await sleep(outage)
  const after = { sent: sentOf(proofpoint), memory: await residentMebibytes(ingest.pid) }
  t.diagnostic(
    `taken of ${events} while Kafka stood still: ${proofpoint.ledger.counts().sent}; memory ${before.memory.toFixed()} MiB when the sessions were closed, ${after.memory.toFixed()} MiB ${outage / 1_000} s later`,
  )
  deepEqual(after.sent, before.sent, 'no session is opened while there is no room')
  ok(after.memory < before.memory + 32, `from ${before.memory} to ${after.memory} MiB`)
  equal(ingest.running, true)
  equal(congested().length, new Set(congested().map(({ service }) => service)).size, 'told once a stream')
  thaw()

  chain.start('dedup')
  chain.start('forwarder')
  await arrives(chain)
  deepEqual(proofpoint.stats().ends.unclean, 0)
  deepEqual(proofpoint.stats().refused, {})
  await chain.stopServices()
  const { accounting, gaps } = await accountFor(t, chain, { doublesAllowed: true })
  deepEqual(gaps, [])
  deepEqual([accounting.expected, accounting.inUnique], [events, events])
})

/** Frames sent of the streams that flood. */
function sentOf(proofpoint: Proofpoint): number[] {
  const { message, maillog } = proofpoint.progress()
  return [message.sent, maillog.sent]
}

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
