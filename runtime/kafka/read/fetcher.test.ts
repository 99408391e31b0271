// The fetcher against a cluster that exists only here: what it asks a broker for, and what it makes of the
// answers.

import { deepEqual, equal, rejects } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { createLog } from '../../log.ts'
import type { KafkaClient } from '../client.ts'
import type { InternalBroker, InternalCluster, InternalMessage } from '../connection/internals.ts'
import { createFetcher } from './fetcher.ts'
import { readRange } from './read-range.ts'

type FetchRequest = Parameters<InternalBroker['fetch']>[0]
type FetchResponse = Awaited<ReturnType<InternalBroker['fetch']>>
type Answer = (request: FetchRequest, nodeId: string) => Promise<FetchResponse>

const never = async (): Promise<never> => {
  throw new Error('not asked for here')
}

/** Topics whose names begin with `far` are led by broker 2, all others by broker 1. */
const leaderOf = (topic: string): string => (topic.startsWith('far') ? '2' : '1')

function fakeCluster(answer: Answer): InternalCluster & { known: Set<string>; refreshes: number } {
  const wanted = new Set<string>()
  const known = new Set<string>()
  return {
    known,
    targetTopics: wanted,
    brokerPool: { findConnectedBroker: never },
    refreshes: 0,
    connect: async () => undefined,
    disconnect: async () => undefined,
    async refreshMetadata() {
      this.refreshes++
      for (const topic of wanted) known.add(topic)
    },
    async refreshMetadataIfNecessary() {
      if ([...wanted].some(topic => !known.has(topic))) await this.refreshMetadata()
    },
    // As kafkajs does it: a topic that was added before a refresh that failed is not asked for again.
    async addMultipleTargetTopics(topics) {
      for (const topic of topics) wanted.add(topic)
    },
    findTopicPartitionMetadata: topic =>
      known.has(topic)
        ? Array.from({ length: 10 }, (_, partitionId) => ({ partitionId, leader: Number(leaderOf(topic)) }))
        : [],
    findLeaderForPartitions: () => ({}),
    findBroker: async ({ nodeId }) => ({
      fetch: request => answer(request, nodeId),
      async listOffsets({ isolationLevel, topics }) {
        return {
          responses: topics.map(({ topic, partitions }) => ({
            topic,
            partitions: partitions.map(({ partition, timestamp }) => ({
              partition,
              offset: timestamp === '-2' ? '3' : isolationLevel === 1 ? '9' : '11',
            })),
          })),
        }
      },
      offsetCommit: never,
      initProducerId: never,
      addPartitionsToTxn: never,
      endTxn: never,
    }),
    findControllerBroker: never,
    findGroupCoordinator: never,
    removeBroker: () => undefined,
  }
}

async function open(t: TestContext, answer: Answer) {
  const ended = Promise.withResolvers<FetchResponse>()
  const cluster = fakeCluster(answer)
  const client = {
    createCluster: () => cluster,
    brokers: ['kafka:9092'],
    principal: 'User:test',
    log: createLog('test', 'silent'),
  } satisfies Partial<KafkaClient> as unknown as KafkaClient
  const fetcher = await createFetcher(client)
  t.after(() => {
    ended.resolve({ responses: [] })
    return fetcher.close()
  })
  return { fetcher, cluster, idle: ended.promise }
}

const message = (offset: number): InternalMessage => ({
  offset: String(offset),
  timestamp: '0',
  key: null,
  value: Buffer.from(String(offset)),
  batchContext: { producerId: '-1', inTransaction: false },
})

/** Answers each partition with the records at and behind the offset it is asked for, up to `count` of them. */
const full = ({ topics }: FetchRequest, count: number): FetchResponse => ({
  responses: topics.map(({ topic, partitions }) => ({
    topicName: topic,
    partitions: partitions.map(({ partition, fetchOffset }) => ({
      partition,
      highWatermark: '100',
      messages: Array.from({ length: count }, (_, at) => message(Number(fetchOffset) + at)),
    })),
  })),
})

test('offsets are known although the metadata did not hold the topic when it was first asked for', async t => {
  const { fetcher } = await open(t, async () => ({ responses: [] }))
  deepEqual(await fetcher.offsets({ topic: 'seen', partition: 0 }), { start: 3, end: 9 })
})

test('an open transaction lies between the end that readers see and the end of what is written', async t => {
  const { fetcher } = await open(t, async request => full(request, 2))
  const places = ['near', 'far'].map(topic => ({ topic, partition: 0 }))
  deepEqual(await fetcher.edges(places, 'stable'), [9, 9])
  deepEqual(await fetcher.edges(places, 'high'), [11, 11])
  equal((await fetcher.firstRecord({ topic: 'near', partition: 0 }, 9, 11))?.offset, 9)
})

test('a partition that the cluster does not know is an error, not an offset that is no number', async t => {
  const { fetcher, cluster } = await open(t, async () => ({ responses: [] }))
  cluster.refreshMetadataIfNecessary = async () => undefined
  cluster.refreshMetadata = async () => undefined
  await rejects(fetcher.offsets({ topic: 'seen', partition: 4 }), /partition 4.*seen|seen.*partition 4/)
})

test('a partition that the cluster does not know yet is asked for again', async t => {
  const { fetcher, cluster } = await open(t, async () => ({ responses: [] }))
  cluster.refreshMetadataIfNecessary = async () => undefined
  const { start, end } = await fetcher.offsets({ topic: 'seen', partition: 4 })
  deepEqual([Number.isInteger(start), Number.isInteger(end), cluster.refreshes], [true, true, 1])
})

test('a broker that fails holds back no reader of another one', async t => {
  const { fetcher, idle } = await open(t, async (request, nodeId) => {
    if (nodeId === '2') throw new Error('broker 2 is down')
    return request.topics[0]?.partitions[0]?.fetchOffset === '0' ? full(request, 2) : idle
  })
  fetcher.open({ topic: 'far', partition: 0 }, 0)
  const near = fetcher.open({ topic: 'near', partition: 0 }, 0)
  const { records, nextOffset } = await near.take({ maxRecords: 10, wait: 0 })
  deepEqual([records.length, nextOffset], [2, 2])
})

test('readers take turns in being asked for first: a broker is only sure to fill the first', async t => {
  const first: string[] = []
  const done = Promise.withResolvers<void>()
  const { fetcher, idle } = await open(t, async request => {
    if (first.length === 4) {
      done.resolve()
      return idle
    }
    first.push(request.topics[0]?.topic ?? '')
    return full(request, 1)
  })
  for (const topic of ['a', 'b']) fetcher.open({ topic, partition: 0 }, 0)
  await done.promise
  deepEqual(new Set(first.slice(0, 2)), new Set(['a', 'b']))
  deepEqual(new Set(first.slice(2)), new Set(['a', 'b']))
})

test('two readers of one partition are asked for one after the other, each from its own offset', async t => {
  const { fetcher } = await open(t, async request => {
    equal(request.topics.flatMap(({ partitions }) => partitions).length, 1)
    return full(request, 1)
  })
  const [one, other] = [0, 50].map(from => fetcher.open({ topic: 'positions', partition: 1 }, from))
  deepEqual(
    (await one?.take({ maxRecords: 1, wait: 0 }))?.records.map(({ offset }) => offset),
    [0],
  )
  deepEqual(
    (await other?.take({ maxRecords: 1, wait: 0 }))?.records.map(({ offset }) => offset),
    [50],
  )
})

test('what is there already does not wait behind a fetch for what is to come, and nothing is asked for behind its end', async t => {
  const asked: string[] = []
  const { fetcher, idle } = await open(t, async request => {
    if (request.topics.some(({ topic }) => topic === 'live')) return idle
    asked.push(
      ...request.topics.flatMap(({ partitions }) => partitions.map(({ fetchOffset }) => fetchOffset)),
    )
    return full(request, 2)
  })
  fetcher.open({ topic: 'live', partition: 0 }, 0)
  const read: number[] = []
  for await (const records of readRange(fetcher, { topic: 'ledger', partition: 0 }, 0, 4)) {
    // A turn of the loop, in which it could ask for more.
    await setImmediate()
    read.push(...records.map(({ offset }) => offset))
  }
  deepEqual(
    [read, asked],
    [
      [0, 1, 2, 3],
      ['0', '2'],
    ],
  )
})

test('a topic that may not be read is said so, and holds back no other one of the same broker', async t => {
  const { fetcher, idle } = await open(t, async request => {
    if (request.topics.some(({ topic }) => topic === 'secret'))
      throw Object.assign(new Error('Not authorized'), { type: 'TOPIC_AUTHORIZATION_FAILED' })
    return request.topics[0]?.partitions[0]?.fetchOffset === '0' ? full(request, 2) : idle
  })
  const [secret, near] = ['secret', 'near'].map(topic => fetcher.open({ topic, partition: 0 }, 0))
  await rejects(
    async () => secret?.take({ maxRecords: 1, wait: 0 }),
    /does not let User:test do Read on topic secret\..*kafka-acls\.sh .* --operation Read --topic secret;/,
  )
  equal((await near?.take({ maxRecords: 10, wait: 0 }))?.records.length, 2)
})
