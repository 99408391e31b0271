// An output whose peer is away while hours of events pile up: its partitions stand still and its membership lives on,
// memory is bounded, the lag is seen, no other output notices; and then it catches up, the oldest first.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { all } from '@podpipe/demo/topic-counts.ts'
import { createProducer } from '@podpipe/runtime/kafka/write/producer.ts'
import { groupOf } from '@podpipe/schemas/names.ts'
import { type Devo, startDevo } from '@podpipe/simulators/devo/devo.ts'
import { contentHash } from '@podpipe/simulators/proofpoint/ledger.ts'
import { createRandom } from '@podpipe/simulators/random.ts'
import { atEnd } from '../kit/at-end.ts'
import { membersOf } from '../kit/brokers/bury.ts'
import { nothing, recordsBetween, uncommittedIn } from '../kit/brokers/uncommitted.ts'
import { testChain } from '../kit/chains/chain.ts'
import { eventually, until } from '../kit/eventually.ts'
import { uniqueRecords } from '../kit/loads/unique-load.ts'
import { metricsOf, partsOf } from '../kit/metrics/metrics.ts'

const events = 24_000
const hours = 8
const hourMs = 3_600_000
const bufferedBytes = 2 * 1024 * 1024
/** Longer than Kafka waits for a member that is silent. */
const awayMs = 12_000

test('a sink that was away for hours gets everything, the oldest first, and no other output has waited for it', async t => {
  const seed = randomBytes(2).readUInt16BE(0)
  const prefix = `o${randomBytes(4).toString('hex')}`
  const relay = await startDevo({})
  atEnd(t, () => relay.close())
  const chain = await testChain(t, {
    seed,
    prefix,
    moreOutputs: `    connections: 1
  relay: {type: syslog, config: {address: 127.0.0.1, port: ${relay.port}}}
`,
    config: `forwarder: {max_buffered_bytes: ${bufferedBytes}, stretch_time: 500ms}\n`,
  })
  const { devo } = chain
  const opened = await chain.topics()
  atEnd(t, opened.close)
  const { client, fetcher, topics } = opened

  const begun = Date.now() - hours * hourMs
  const draw = uniqueRecords(
    topics,
    createRandom(seed),
    n => begun + Math.floor((n / events) * hours * hourMs),
  )
  const producer = await createProducer(client)
  atEnd(t, producer.close)
  for (let sent = 0; sent < events; sent += 2_000) await producer.send(Array.from({ length: 2_000 }, draw))

  devo.refuse()
  const forwarder = chain.start('forwarder')
  const group = groupOf(prefix, 'forwarder-devo_1')
  const [member] = await eventually('a member', async () => {
    const found = await membersOf(client, group)
    return found.length > 0 ? found : undefined
  })
  const away = sleep(awayMs)
  await until('the relay has everything', () => relay.stats().distinct === events)
  equal(devo.stats().frames, 0)

  await away
  deepEqual(await membersOf(client, group), [member], 'the membership lives on')
  const held = (await partsOf(forwarder)).devo_1
  // One delivery more may have found room for its first event: 1,000 events of some 700 bytes.
  ok(Number(held?.unconfirmedBytes) < bufferedBytes + 1024 * 1024, JSON.stringify(held))
  const lagOf = async (metric: string, output: string): Promise<number[]> =>
    (await metricsOf(forwarder))(metric).flatMap(({ labels, value }) =>
      labels.includes(`consumer="forwarder-${output}"`) ? [value] : [],
    )
  const sum = (values: readonly number[]): number => values.reduce((one, other) => one + other, 0)
  const written = recordsBetween(nothing, await uncommittedIn(client, fetcher, topics, prefix).ends())
  equal(sum(await lagOf('podpipe_lag_records', 'devo_1')), written)
  ok(Math.max(...(await lagOf('podpipe_lag_seconds', 'devo_1'))) > (hours - 1) * 3_600)
  await eventually('no lag at the other output', async () =>
    sum(await lagOf('podpipe_lag_records', 'relay')) === 0 ? true : undefined,
  )
  t.diagnostic(`seed ${seed}, resident while the sink is away: ${residentMebibytes(forwarder.pid)} MiB`)

  await devo.accept()
  await until('the first events', () => devo.stats().frames > 0, 120_000)
  const since = performance.now()
  await until('everything', () => devo.stats().distinct === events, 120_000)
  t.diagnostic(`caught up with ${Math.round((events * 1_000) / (performance.now() - since))} events/s`)
  equal(await forwarder.stop(), 0)

  const offsets = new Map<string, { partition: string; offset: number; at: number }>()
  for (const service of topics.services)
    for await (const { value, partition, offset } of all(fetcher, topics.unique(service))) {
      // One that stands there twice, since the topics were young, arrives by its first place.
      const hash = contentHash(value.payload)
      const place = { partition: `${service} ${partition}`, offset, at: value.event_time ?? 0 }
      offsets.set(hash, offsets.get(hash) ?? place)
    }
  for (const sink of [devo, relay]) {
    const { malformed, doubled } = sink.stats()
    t.diagnostic(`sent ${offsets.size}, received ${sink.stats().distinct}, doubled ${doubled}`)
    deepEqual([[...hashesOf(sink)].filter(hash => !offsets.has(hash)).length, malformed], [0, 0])
  }
  // In each partition by the order of Kafka; over all of them the older hours before the newer ones, on the whole.
  equal(offsets.size, events)
  const last = new Map<string, number>()
  const ranks = Array.from({ length: hours }, () => ({ sum: 0, count: 0 }))
  for (const [rank, hash] of [...hashesOf(devo)].entries()) {
    const { partition, offset, at } = offsets.get(hash) ?? { partition: '', offset: 0, at: 0 }
    ok(offset > (last.get(partition) ?? -1), `offset ${offset} of ${partition} came late`)
    last.set(partition, offset)
    const hour = ranks[Math.floor((at - begun) / hourMs)]
    if (hour === undefined) continue
    hour.sum += rank
    hour.count += 1
  }
  const means = ranks.map(hour => hour.sum / hour.count)
  deepEqual(
    means,
    means.toSorted((one, other) => one - other),
  )
})

const hashesOf = (sink: Devo): Iterable<string> => [...sink.hashes()].map(([hash]) => hash)

function residentMebibytes(pid: number): number {
  const [, kibibytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Math.round(Number(kibibytes) / 1024)
}
