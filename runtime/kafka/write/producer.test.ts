// A batch that kafkajs sends twice inside a transaction is noticed before the commit. The first test drives
// kafkajs's own sending code into the state that a broker restart brings about now and then.

import { deepEqual, equal, rejects, throws } from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import type { Message, ProducerBatch, ProducerConfig, RecordMetadata } from 'kafkajs'
import type { KafkaClient } from '../client.ts'
import { joined, placesOf, requireExpected } from './fenced-producer.ts'
import { inRequests } from './outgoing.ts'
import { createProducer, requireAnswered } from './producer.ts'

const require = createRequire(import.meta.url)

interface Broker {
  nodeId: string
  produce(): Promise<unknown>
}

type Send = (options: { acks: number; topicMessages: object[] }) => Promise<RecordMetadata[]>

test('kafkajs sends to its old and its new view of a broker; the second copy is noticed', async () => {
  let produced = 0
  let lookups = 0
  const broker = (): Broker => ({
    nodeId: '1',
    produce: async () => {
      produced++
      const partitions = [{ partition: 0, errorCode: 0, baseOffset: String(produced) }]
      return { topics: ['unique', 'seen'].map(topicName => ({ topicName, partitions })) }
    },
  })
  const [before, after] = [broker(), broker()]
  const connectionLost = Object.assign(new Error('Closed connection'), {
    name: 'KafkaJSConnectionError',
    retriable: true,
  })
  const cluster = {
    refreshMetadataIfNecessary: async () => undefined,
    refreshMetadata: async () => undefined,
    addMultipleTargetTopics: async () => undefined,
    isConnected: () => true,
    findTopicPartitionMetadata: () => [{ partitionId: 0, leader: 1 }],
    findLeaderForPartitions: () => ({ 1: [0] }),
    // The connection breaks between the look-ups for the first and the second topic.
    findBroker: async () => {
      lookups++
      if (lookups === 2) throw connectionLost
      return lookups === 1 ? before : after
    },
  }
  const eosManager = {
    acquireBrokerLock: async () => undefined,
    releaseBrokerLock: async () => undefined,
    isTransactional: () => false,
    getSequence: () => 0,
    updateSequence: () => undefined,
    getProducerId: () => 1,
    getProducerEpoch: () => 0,
  }
  const silent = { debug: () => undefined, error: () => undefined }
  const send: Send = require('kafkajs/src/producer/sendMessages')({
    logger: silent,
    cluster,
    partitioner: () => 0,
    eosManager,
    retrier: require('kafkajs/src/retry')({ initialRetryTime: 1, retries: 3 }),
  })

  const metadata = await send({
    acks: -1,
    topicMessages: ['unique', 'seen'].map(topic => ({ topic, messages: [{ value: 'x', partition: 0 }] })),
  })

  equal(produced, 2)
  throws(() => placesOf(metadata), /not written exactly once/)
})

/** kafkajs's own sending code over brokers that do as they are told. */
function sender(
  findBroker: (asked: { nodeId: string }) => Promise<Broker>,
  findLeaderForPartitions: () => Record<string, number[]> = () => ({ 1: [0] }),
): Send {
  return require('kafkajs/src/producer/sendMessages')({
    logger: { debug: () => undefined, error: () => undefined },
    cluster: {
      refreshMetadataIfNecessary: async () => undefined,
      refreshMetadata: async () => undefined,
      addMultipleTargetTopics: async () => undefined,
      removeBroker: () => undefined,
      isConnected: () => true,
      findTopicPartitionMetadata: () => [{ partitionId: 0, leader: 1 }],
      findLeaderForPartitions,
      findBroker,
    },
    partitioner: ({ message }: { message: { partition: number } }) => message.partition,
    eosManager: {
      acquireBrokerLock: async () => undefined,
      releaseBrokerLock: async () => undefined,
      isTransactional: () => false,
      getSequence: () => 0,
      updateSequence: () => undefined,
      getProducerId: () => 1,
      getProducerEpoch: () => 0,
    },
    retrier: require('kafkajs/src/retry')({ initialRetryTime: 1, retries: 3 }),
  })
}

const lost = () =>
  Object.assign(new Error('Closed connection'), { name: 'KafkaJSConnectionError', retriable: true })

const batchFor = (...topics: string[]) => ({
  acks: -1,
  topicMessages: topics.map(topic => ({ topic, messages: [{ value: 'x', partition: 0 }] })),
})

const answer = (topics: string[], offset: number) => ({
  topics: topics.map(topicName => ({
    topicName,
    partitions: [{ partition: 0, errorCode: 0, baseOffset: String(offset) }],
  })),
})

test('with two topics in a send kafkajs can write twice and answer once: hence one partition a send', async () => {
  const topics = ['unique', 'seen']
  const firstAnswer = Promise.withResolvers<void>()
  let written = 0
  const slow: Broker = {
    nodeId: '1',
    async produce() {
      written++
      const offset = written
      // The first request is still on its way when the other one has failed and all is sent once more.
      if (offset === 1) await firstAnswer.promise
      else firstAnswer.resolve()
      return answer(topics, offset)
    },
  }
  const broken: Broker = { nodeId: '1', produce: () => Promise.reject(lost()) }
  let lookups = 0
  const send = sender(async () => (++lookups === 2 ? broken : slow))

  const metadata = await send(batchFor(...topics))

  equal(written, 2)
  equal(placesOf(metadata).length, 2, 'each partition is named once: nothing shows in the answer')
})

test('with one topic in a send there is one request at a time, whatever breaks', async () => {
  let running = 0
  let most = 0
  let requests = 0
  const broker = (): Broker => ({
    nodeId: '1',
    async produce() {
      most = Math.max(most, ++running)
      const failing = ++requests < 3
      await Promise.resolve()
      running--
      if (failing) throw lost()
      return answer(['unique'], 7)
    },
  })
  // Every look-up brings a new view of the broker.
  const metadata = await sender(async () => broker())(batchFor('unique'))
  deepEqual([requests, most, placesOf(metadata)[0]?.firstOffset], [3, 1, 7])
})

test('kafkajs forgets a partition that moves to a broker which has answered already; that is noticed', async () => {
  const written: number[] = []
  const staying: Broker = {
    nodeId: '1',
    async produce() {
      written.push(0)
      return answer(['raw'], 5)
    },
  }
  const losing: Broker = { nodeId: '2', produce: () => Promise.reject(lost()) }
  let views = 0
  const send = sender(
    async ({ nodeId }) => (nodeId === '1' ? staying : losing),
    () => (++views === 1 ? { 1: [0], 2: [1] } : { 1: [0, 1] }),
  )
  const topicMessages = [0, 1].map(partition => ({ topic: 'raw', messages: [{ value: 'x', partition }] }))

  const metadata = await send({ acks: -1, topicMessages: [batchOf(topicMessages)] })

  deepEqual(written, [0], 'the record for partition 1 went nowhere, and the send resolved')
  throws(() => requireAnswered(topicMessages, metadata), /partition 1/)
})

const batchOf = (parts: readonly { topic: string; messages: object[] }[]) => ({
  topic: parts[0]?.topic ?? '',
  messages: parts.flatMap(({ messages }) => messages),
})

const place = (topicName: string, partition: number, baseOffset: string): RecordMetadata => ({
  topicName,
  partition,
  errorCode: 0,
  baseOffset,
})

test('partitions that took their batch once are told with the offset of its first record', () => {
  deepEqual(placesOf([place('unique', 3, '17'), place('seen', 3, '4')]), [
    { topic: 'unique', partition: 3, firstOffset: 17 },
    { topic: 'seen', partition: 3, firstOffset: 4 },
  ])
})

test('a partition that refused its batch is an error, whatever the others did', () => {
  throws(() => placesOf([{ ...place('unique', 3, '-1'), errorCode: 6 }]), /partition 3/)
})

test('a record that kafkajs did not bring to its partition fails the send, and goes to no other in the next attempt', async () => {
  const sentTo: number[][] = []
  const kafka = {
    producer({ createPartitioner }: ProducerConfig) {
      const partitioner = createPartitioner?.()
      const partitionMetadata = [0, 1].map(partitionId => ({ ...metadataOf, partitionId }))
      const attempt = ({ topic, messages }: { topic: string; messages: Message[] }): number[] =>
        messages.map(message => partitioner?.({ topic, partitionMetadata, message }) ?? -1)
      return {
        connect: async () => undefined,
        async sendBatch({ topicMessages: [raw = { topic: '', messages: [] }] = [] }: ProducerBatch) {
          sentTo.push(attempt(raw), attempt(raw))
          return [place('raw', 0, '0')]
        },
        disconnect: async () => undefined,
      }
    },
  }
  const producer = await createProducer({ kafka } as unknown as KafkaClient)
  const records = [1, 2, 3].map(() => ({ topic: 'raw', key: null, value: Buffer.alloc(0) }))
  await rejects(producer.send(records), /not answered for partition 1/)
  deepEqual(sentTo[0]?.toSorted().slice(0, 1), [0])
  deepEqual(sentTo[1], sentTo[0])
})

const metadataOf = { partitionErrorCode: 0, leader: 1, replicas: [1], isr: [1] }

test('a client that hangs is replaced once, however many sends find that out, and is closed', async t => {
  const clients: { closed: number }[] = []
  const kafka = {
    producer() {
      const hangs = clients.length === 0
      const client = {
        closed: 0,
        connect: async () => undefined,
        sendBatch: () => (hangs ? new Promise(() => undefined) : Promise.resolve([place('raw', 0, '0')])),
        disconnect: async () => void client.closed++,
      }
      clients.push(client)
      return client
    },
  }
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const producer = await createProducer({ kafka } as unknown as KafkaClient)
  const record = { topic: 'raw', partition: 0, key: null, value: Buffer.alloc(0) }
  const hanging = [1, 2, 3].map(() => rejects(producer.send([record]), /has not answered/))
  t.mock.timers.tick(60_000)
  await Promise.all(hanging)
  await producer.send([record])
  await producer.close()
  deepEqual(
    clients.map(({ closed }) => closed),
    [1, 1],
  )
})

const at = (topic: string, firstOffset: number) => ({ topic, partition: 1, firstOffset })

test('a batch that lies where the last commit ended may be committed', () => {
  requireExpected([at('unique', 247), at('seen', 6), at('rejected', 12)], [at('unique', 247), at('seen', 6)])
})

test('a batch behind something uncommitted may not', () => {
  throws(
    () => requireExpected([at('unique', 279), at('seen', 6)], [at('unique', 247), at('seen', 6)]),
    /offset 279 and not at 247/,
  )
})

test('what goes to one partition is cut so that each request stays below the largest batch', () => {
  const mebibyte = 1024 * 1024
  const sizesOf = (mebibytes: number[]): number[][] =>
    inRequests(mebibytes.map(size => ({ value: Buffer.alloc(size * mebibyte) }))).map(request =>
      request.map(({ value }) => (value?.length ?? 0) / mebibyte),
    )
  deepEqual(sizesOf([]), [])
  deepEqual(sizesOf([3, 4, 1]), [[3, 4, 1]])
  deepEqual(sizesOf([3, 4, 2, 9, 1, 7]), [[3, 4], [2], [9], [1, 7]])
})

test('requests to one partition must follow each other without a gap', () => {
  const part = (firstOffset: number, count: number) => ({ places: [at('seen', firstOffset)], count })
  deepEqual(joined([]), [])
  deepEqual(joined([part(5, 2), part(7, 1), part(8, 4)]), [at('seen', 5)])
  throws(() => joined([part(5, 2), part(8, 1)]), /at offset 8 and not at 7/)
})
