// How a forwarder stops: what is written is confirmed and committed, and it leaves its groups; within the budget when a
// peer does not answer; at once when it is asked again. None of it loses an event.

import { deepEqual, equal } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ServiceProcess } from '@podpipe/demo/service-process.ts'
import { createProducer } from '@podpipe/runtime/kafka/write/producer.ts'
import { groupOf } from '@podpipe/schemas/names.ts'
import { startDevo } from '@podpipe/simulators/devo/devo.ts'
import { createRandom } from '@podpipe/simulators/random.ts'
import { atEnd } from '../kit/at-end.ts'
import { membersOf } from '../kit/brokers/bury.ts'
import { nothing, recordsBetween, uncommittedIn } from '../kit/brokers/uncommitted.ts'
import { testChain } from '../kit/chains/chain.ts'
import { eventually, until } from '../kit/eventually.ts'
import { uniqueRecords } from '../kit/loads/unique-load.ts'
import { partsOf } from '../kit/metrics/metrics.ts'

const outputs = ['devo_1', 'relay'] as const

/** A forwarder with two outputs whose stretches stand open for longer than any test here runs. */
async function start(t: TestContext) {
  const prefix = `s${randomBytes(4).toString('hex')}`
  const relay = await startDevo({})
  atEnd(t, () => relay.close())
  const chain = await testChain(t, {
    prefix,
    moreOutputs: `  relay: {type: syslog, config: {address: 127.0.0.1, port: ${relay.port}}}\n`,
    config: 'forwarder: {stretch_time: 25s}\nstop_budget: 6s\n',
  })
  const opened = await chain.topics()
  atEnd(t, opened.close)
  const { client, fetcher, topics } = opened
  const producer = await createProducer(client)
  atEnd(t, producer.close)
  const draw = uniqueRecords(topics, createRandom(randomBytes(2).readUInt16BE(0)))
  const uncommitted = uncommittedIn(client, fetcher, topics, prefix)
  let sent = 0
  return {
    relay,
    devo: chain.devo,
    begin: (): ServiceProcess => chain.start('forwarder'),
    async publish(events: number): Promise<void> {
      await producer.send(Array.from({ length: events }, draw))
      sent += events
    },
    arriveAt: async (...sinks: { stats(): { distinct: number } }[]) => {
      for (const sink of sinks) await until(`${sent} events`, () => sink.stats().distinct === sent)
    },
    /** Records in unique: some events may stand there twice, when the topics were young and had no leader yet. */
    written: async (): Promise<number> => recordsBetween(nothing, await uncommitted.ends()),
    left: async (output: string): Promise<number> =>
      recordsBetween(await uncommitted.committed(output), await uncommitted.ends()),
    members: (output: string) => membersOf(client, groupOf(prefix, `forwarder-${output}`)),
  }
}

test('a forwarder that is asked to stop ends its stretches, commits what is confirmed, and leaves', async t => {
  const { begin, devo, relay, publish, arriveAt, written, left, members } = await start(t)
  await publish(500)
  const all = await written()
  const forwarder = begin()
  // At low rates events are written at once, and only the commit waits.
  await arriveAt(devo, relay)
  deepEqual(await Promise.all(outputs.map(left)), [all, all])
  equal(await forwarder.stop(), 0)
  deepEqual(await Promise.all(outputs.map(left)), [0, 0])
  // Whoever follows does not have to wait until Kafka takes it for dead.
  deepEqual((await Promise.all(outputs.map(members))).flat(), [])

  await publish(100)
  const next = begin()
  await arriveAt(devo, relay)
  equal(await next.stop(), 0)
  const twice = (await written()) - 600
  deepEqual([devo.stats().doubled, relay.stats().doubled], [twice, twice])
})

test('a forwarder whose peer does not answer stops within the budget, and one that is asked again at once', async t => {
  const { begin, devo, relay, publish, arriveAt, written, left } = await start(t)
  relay.stall()
  await publish(500)
  const patient = begin()
  await arriveAt(devo)
  equal(await patient.stop(), 0)
  // What could be finished was.
  deepEqual(await Promise.all(outputs.map(left)), [0, await written()])

  await publish(500)
  const hurried = begin()
  await arriveAt(devo)
  const since = performance.now()
  hurried.signal('SIGTERM')
  // What comes within a second is taken for the same signal, handed on by a launcher.
  await sleep(1_200)
  equal(hurried.running, true)
  equal(await hurried.stop(), 143)
  t.diagnostic(`ended ${Math.round(performance.now() - since - 1_200)} ms behind the second signal`)
  equal(await left('relay'), await written())

  relay.resume()
  const last = begin()
  // The relay reads what the others had written, too: what it has says nothing about this one.
  const all = await written()
  await eventually('everything is in its hands', async () => {
    const parts = await partsOf(last).catch(() => undefined)
    return parts?.relay?.unconfirmedFrames === all ? true : undefined
  })
  await arriveAt(devo, relay)
  equal(await last.stop(), 0)
  deepEqual(await Promise.all(outputs.map(left)), [0, 0])
  const counts = [devo, relay].map(sink => sink.stats())
  deepEqual(
    counts.map(({ distinct, malformed }) => [distinct, malformed]),
    [
      [1_000, 0],
      [1_000, 0],
    ],
  )
  t.diagnostic(`doubled ${counts.map(({ doubled }) => doubled).join(' and ')}`)
})
