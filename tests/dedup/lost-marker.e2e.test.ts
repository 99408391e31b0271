// Kafka 4 can lose the marker that ends a transaction in a partition. Whatever it lost, each event is once in
// unique, and none is missing.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { all } from '@podpipe/demo/topic-counts.ts'
import { createProducer } from '@podpipe/runtime/kafka/write/producer.ts'
import { transactionalIdOf } from '@podpipe/schemas/names.ts'
import type { Event } from '@podpipe/schemas/records.ts'
import { atEnd } from '../kit/at-end.ts'
import { allowLostMarkers, type LeftBehind, leaveBehind } from '../kit/brokers/lost-marker.ts'
import { ownBroker } from '../kit/brokers/own-broker.ts'
import { testChain } from '../kit/chains/chain.ts'
import { eventually } from '../kit/eventually.ts'

// In each case: how the transaction ended, what it had written, and where its marker is.
const cases = [
  { end: 'committed', wrote: ['unique', 'seen'], marked: ['seen'] },
  { end: 'committed', wrote: ['unique', 'seen'], marked: ['unique'] },
  { end: 'committed', wrote: ['unique', 'seen'], marked: [] },
  { end: 'aborted', wrote: ['unique', 'seen'], marked: ['seen'] },
  { end: 'aborted', wrote: ['unique', 'seen'], marked: ['unique'] },
  { end: 'aborted', wrote: ['unique'], marked: [] },
] as const satisfies readonly { end: LeftBehind['end']; wrote: Stage[]; marked: Stage[] }[]

type Stage = 'unique' | 'seen'

const early = 20
const late = 10

test('Each event is once in unique, none is missing: whichever markers of a transaction Kafka lost', async t => {
  const broker = await ownBroker(t)
  const partitions = cases.length + 1
  const chain = await testChain(t, { brokers: broker.brokers, partitions })
  const opened = await chain.topics()
  atEnd(t, () => opened.close())
  const { client, fetcher, topics } = opened
  const [raw, unique, seen] = [topics.raw('message'), topics.unique('message'), topics.seen('message')]
  const producer = await createProducer(client)
  atEnd(t, () => producer.close())

  /** Records as ingest writes them; from 25 on, of those that were there before. */
  const write = (partition: number, from: number, count: number): Promise<void> =>
    producer.send(
      Array.from({ length: count }, (_, at) => {
        const id = `event-${(from + at) % 25}`
        const value = raw.codec.encode({
          cluster: 'c',
          service: 'message',
          connection: 'x',
          sequence: from + at,
          received_at: Date.now(),
          mode: 'live',
          identity: 'event_id',
          event_time: 1_700_000_000_000,
          frame: Buffer.from(`{"guid":"${id}"}`),
        })
        return { topic: raw.name, partition, key: id, value }
      }),
    )
  const uniqueOf = async (partition: number): Promise<Event[]> => {
    const events: Event[] = []
    for await (const { value } of all(fetcher, unique, partition)) events.push(value)
    return events
  }
  const ledgerOf = async (partition: number) => {
    const blocks = []
    for await (const { value } of all(fetcher, seen, partition)) blocks.push(value)
    return blocks
  }
  const decided = (partition: number, count: number) =>
    eventually(`${count} records decided in partition ${partition}`, async () => {
      const blocks = await ledgerOf(partition)
      return blocks.at(-1)?.next_offset === count ? blocks : undefined
    })

  // What a transaction of dedup looks like, it shows itself.
  await write(0, 0, early)
  chain.start('dedup')
  const blocks = await decided(0, early)
  equal(blocks.length, 1, 'the model must be a single transaction')
  const events = await uniqueOf(0)
  equal(events.length, early)
  await chain.stopServices()

  await allowLostMarkers(client)
  const nameOf = { unique: unique.name, seen: seen.name }
  for (const [at, { end, wrote, marked }] of cases.entries()) {
    const partition = at + 1
    const records = {
      unique: events.map(event => ({
        topic: unique.name,
        partition,
        value: unique.codec.encode({ ...event, raw_partition: partition }),
      })),
      seen: blocks.map(block => ({ topic: seen.name, partition, value: seen.codec.encode(block) })),
    }
    await leaveBehind(client, {
      transactionalId: transactionalIdOf(prefixOf(raw.name), 'message', partition),
      end,
      records: wrote.flatMap(stage => records[stage]),
      marked: marked.map(stage => nameOf[stage]),
    })
    const places = wrote.map(stage => ({ topic: nameOf[stage], partition }))
    // One after the other: a marker that comes between two questions at once would hide what is open.
    const visible = await fetcher.edges(places, 'stable')
    const written = await fetcher.edges(places, 'high')
    ok(
      places.some((_, place) => (visible[place] ?? 0) < (written[place] ?? 0)),
      `case ${partition} must leave something open for this test to mean anything`,
    )
    await write(partition, 0, early + late)
  }

  const dedup = chain.start('dedup')
  for (const [at, { end, wrote, marked }] of cases.entries()) {
    const partition = at + 1
    const about = `${end}, wrote ${wrote.join(' and ')}, marker in ${marked.join() || 'none'}`
    const last = (await decided(partition, early + late)).at(-1)
    const offsets = (await uniqueOf(partition)).map(event => event.raw_offset)
    deepEqual(
      offsets,
      Array.from({ length: 25 }, (_, offset) => offset),
      about,
    )
    deepEqual([last?.decided, last?.unique, last?.duplicate], [early + late, 25, 5], about)
    t.diagnostic(
      `${about}: received 30, unique ${offsets.length}, duplicate ${last?.duplicate}, lost 0, doubled 0`,
    )
  }
  equal(dedup.tail(500).split('Kafka has lost the end of a transaction').length - 1, cases.length)
})

const prefixOf = (topic: string): string => topic.slice(0, topic.indexOf('.'))
