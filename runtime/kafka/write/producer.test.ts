// Producers that lose their way: what kafkajs did not bring to its partition, and a client that hangs.

import { deepEqual, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import type { Message, ProducerBatch, ProducerConfig } from 'kafkajs'
import type { KafkaClient } from '../client.ts'
import { createProducer } from './producer.ts'
import { place } from './test-metadata.ts'

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
