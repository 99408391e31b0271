// A batch that kafkajs sends twice inside a transaction is noticed before the commit. The first test drives
// kafkajs's own sending code into the state that a broker restart brings about now and then.

import { deepEqual, equal, throws } from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import type { RecordMetadata } from 'kafkajs'
import { placesOf } from './fenced-producer.ts'
import { requireAnswered } from './producer.ts'

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
