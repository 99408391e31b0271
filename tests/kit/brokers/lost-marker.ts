// Leaves transactions behind as Kafka leaves them when it loses a marker (KAFKA-20734): decided, but without a
// word about it in some of the partitions.

import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import type { OutgoingRecord } from '@podpipe/runtime/kafka/write/outgoing.ts'
import kafkajs from 'kafkajs'

/** What a transaction is to leave behind. */
export interface LeftBehind {
  readonly transactionalId: string
  readonly end: 'committed' | 'aborted'
  readonly records: readonly Required<Pick<OutgoingRecord, 'topic' | 'partition' | 'value'>>[]
  /** Topics in whose partition the marker is written; in the others it is lost. */
  readonly marked: readonly string[]
}

/** A part of kafkajs's brokers that nothing but this test needs. */
interface ProducingBroker {
  produce(request: {
    transactionalId: string
    producerId: string
    producerEpoch: number
    acks: number
    timeout: number
    topicData: {
      topic: string
      partitions: {
        partition: number
        firstSequence: number
        messages: { key: null; value: Buffer; timestamp: number }[]
      }[]
    }[]
  }): Promise<unknown>
}

/** Lets this broker take records of a transaction that does not know of their partition. */
export async function allowLostMarkers(client: KafkaClient): Promise<void> {
  await client.admin.alterConfigs({
    validateOnly: false,
    resources: [
      {
        type: kafkajs.ConfigResourceTypes.BROKER,
        name: '1',
        configEntries: [{ name: 'transaction.partition.verification.enable', value: 'false' }],
      },
    ],
  })
}

/** Writes the records, and markers in a part of their partitions only. */
export async function leaveBehind(client: KafkaClient, what: LeftBehind): Promise<void> {
  const { transactionalId, end, records, marked } = what
  const cluster = client.createCluster()
  await cluster.connect()
  try {
    await cluster.addMultipleTargetTopics([...new Set(records.map(({ topic }) => topic))])
    const coordinator = await cluster.findGroupCoordinator({ groupId: transactionalId, coordinatorType: 1 })
    const { producerId, producerEpoch } = await coordinator.initProducerId({
      transactionalId,
      transactionTimeout: 30_000,
    })
    const producer = { transactionalId, producerId, producerEpoch }
    const known = records.filter(({ topic }) => marked.includes(topic))
    const topics = [...Map.groupBy(known, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
      topic,
      partitions: [...new Set(ofTopic.map(({ partition }) => partition))],
    }))
    if (topics.length > 0) await coordinator.addPartitionsToTxn({ ...producer, topics })
    for (const [topic, ofTopic] of Map.groupBy(records, each => each.topic)) {
      const partition = ofTopic[0]?.partition ?? 0
      const [nodeId = ''] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]))
      const leader = (await cluster.findBroker({ nodeId })) as unknown as ProducingBroker
      const messages = ofTopic.map(({ value }) => ({ key: null, value, timestamp: Date.now() }))
      await leader.produce({
        ...producer,
        acks: -1,
        timeout: 30_000,
        topicData: [{ topic, partitions: [{ partition, firstSequence: 0, messages }] }],
      })
    }
    if (topics.length > 0) await coordinator.endTxn({ ...producer, transactionResult: end === 'committed' })
  } finally {
    await cluster.disconnect()
  }
}
