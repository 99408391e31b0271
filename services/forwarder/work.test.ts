// Where the work of an output on a partition begins, and what it knows of the peer by then.

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { Fetcher } from '@podpipe/runtime/kafka/fetcher.ts'
import type { PlainProducer } from '@podpipe/runtime/kafka/producer.ts'
import { createLog } from '@podpipe/runtime/log.ts'
import type { Context } from '@podpipe/runtime/service.ts'
import { topicsOf } from '@podpipe/schemas/topics.ts'
import type { Output } from './delivery.ts'
import { openWork } from './work.ts'

const topics = topicsOf({ prefix: 'pod', partitions: 3, services: ['message'] })
const place = { topic: topics.unique('message').name, partition: 1 }

/** Opens it on a partition that reaches from 10 to 20. @returns where it begins, and what the output was told before */
async function begin(offset: string, metadata: string | null): Promise<{ from: number; recalled: string[] }> {
  const recalled: string[] = []
  const output = { name: 'o', recall: (note: string) => recalled.push(note) } as unknown as Output
  const admin = {
    fetchOffsets: async () => [{ topic: place.topic, partitions: [{ partition: 1, offset, metadata }] }],
  }
  const context = { client: { admin }, topics, log: createLog('test', 'silent') } as unknown as Context
  const open = openWork(context, {
    output,
    groupId: 'g',
    fetcher: { offsets: async () => ({ start: 10, end: 20 }) } as unknown as Fetcher,
    rejects: {} as PlainProducer,
    naming: { host: 'h', tagOf: () => 'a.b.c' },
    maxEventBytes: undefined,
    reports: () => () => undefined,
  })
  const { from } = await open(place)
  return { from, recalled }
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
