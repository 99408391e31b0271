// Where the work of an output on a partition begins, and what it knows of the peer by then.

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import type { PlainProducer } from '@podpipe/runtime/kafka/write/producer.ts'
import { createLog } from '@podpipe/runtime/log.ts'
import type { Context } from '@podpipe/runtime/service.ts'
import { topicsOf } from '@podpipe/schemas/topics.ts'
import type { Output } from './delivery.ts'
import { openWork } from './work.ts'

const topics = topicsOf({ prefix: 'pod', partitions: 3, services: ['message'] })
const place = { topic: topics.unique('message').name, partition: 1 }

/** Opens it on a partition that reaches from 10 to 20. @returns where it begins, and what the output was told before */
async function begin(offset: string, metadata: string | null): Promise<{ from: number; recalled: string[] }> {
  const { work, recalled } = await opened(offset, metadata)
  return { from: work.from, recalled }
}

async function opened(offset: string, metadata: string | null) {
  const recalled: string[] = []
  const output = {
    name: 'o',
    recall: (note: string) => recalled.push(note),
    note: () => '{"peer":"p"}',
    async deliver(frames: () => unknown) {
      frames()
      return { confirmed: Promise.resolve() }
    },
  } as unknown as Output
  const admin = {
    fetchOffsets: async () => [{ topic: place.topic, partitions: [{ partition: 1, offset, metadata }] }],
  }
  const context = { client: { admin }, topics, log: createLog('test', 'silent') } as unknown as Context
  const open = openWork(context, {
    output,
    groupId: 'g',
    fetcher: { offsets: async () => ({ start: 10, end: 20 }) } as unknown as Fetcher,
    rejects: { send: async () => [] } as unknown as PlainProducer,
    naming: { host: 'h', tagOf: () => 'a.b.c' },
    maxEventBytes: undefined,
    reports: () => () => undefined,
  })
  return { work: await open(place), recalled }
}

test('what was noted of the peer is known before the first event goes out', async () => {
  deepEqual(await begin('15', 'a note'), { from: 15, recalled: ['a note'] })
})

for (const [name, offset, from] of [
  ['nothing is committed', '-1', 10],
  ['what is committed was deleted meanwhile', '5', 10],
  ['the topic was made anew', '25', 10],
  ['all is delivered', '20', 20],
] as const)
  test(`where ${name} it begins at ${from}`, async () => equal((await begin(offset, null)).from, from))

/** Has so many records delivered and confirmed, none of which is an event: they count as done all the same. */
async function done(work: Awaited<ReturnType<typeof opened>>['work'], records: number): Promise<void> {
  const junk = (offset: number) => ({ ...place, offset, timestamp: 0, key: null, value: Buffer.from('junk') })
  const batch = { records: Array.from({ length: records }, (_, at) => junk(at)), decided: [], nextOffset: 1 }
  await work.deliver(batch, new AbortController().signal)
}

for (const [name, offset, metadata, counted] of [
  ['from the first of all, where nothing is committed', '-1', null, { from: 10, events: 5 }],
  ['on from what was counted', '15', '{"peer":"p","from":3,"events":100}', { from: 3, events: 105 }],
  ['from what is committed, where nobody has counted before', '15', '{"peer":"p"}', { from: 15, events: 5 }],
  [
    'on where events were deleted, which are then missing',
    '5',
    '{"from":0,"events":4}',
    { from: 0, events: 9 },
  ],
  ['anew where the topic was made anew', '25', '{"from":3,"events":100}', { from: 10, events: 5 }],
] as const)
  test(`events are counted ${name}`, async () => {
    const { work } = await opened(offset, metadata)
    await done(work, 2)
    await done(work, 3)
    await done(work, 4)
    // The third batch is on its way.
    work.remember(12)
    work.remember(15)
    deepEqual(JSON.parse(work.note?.() ?? ''), { peer: 'p', ...counted })
  })
