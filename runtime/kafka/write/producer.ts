// The plain way to write, with acks from all, where a dedup stage follows. Where the output must be exactly once:
// fenced-producer.ts.

import type { ICustomPartitioner, Message, Producer, RecordMetadata } from 'kafkajs'
import { DeadlineError, within } from '../../deadline.ts'
import type { KafkaClient } from '../client.ts'
import type { RecordSet } from '../encoding/record-set.ts'
import { explained } from '../refusal.ts'
import { keyPartitioner } from './key-partitioner.ts'
import { byTopic, messagesOf, type OpenMessage, type OutgoingRecord } from './outgoing.ts'

/**
 * Longer than any request may take (30 s), so that only a client that hangs is met by it. A recovery too many
 * costs a second; a partition that stands still for ever costs events. Milliseconds.
 */
export const patience = 40_000
const closePatience = 5_000

export interface PlainProducer {
  /**
   * Resolves when every replica in sync has the records.
   * @throws after some seconds of trying; the records may or may not have been written, so send them again
   */
  send(records: readonly OutgoingRecord[]): Promise<void>
  /**
   * The same for records that are encoded already, of one topic.
   * @param time milliseconds since 1970 of all of them; left out, the moment of sending
   */
  sendSets(topic: string, sets: readonly RecordSet[], time?: number): Promise<void>
  close(): Promise<void>
}

/**
 * A producer for the front of the pipeline: loses nothing that it acknowledged, and may write twice.
 * It is deliberately not idempotent: kafkajs's idempotent producer reuses sequence numbers after a dropped
 * connection, and the broker then takes new records for repeated ones and drops them. Measured: 1,100 of
 * 15,000 acknowledged records lost in 267 drops, none with this setting.
 */
export async function createProducer(client: KafkaClient): Promise<PlainProducer> {
  const connect = async (): Promise<Producer> => {
    const fresh = client.kafka.producer({
      idempotent: false,
      allowAutoTopicCreation: false,
      createPartitioner: keepingPartitioner,
      retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 5 },
    })
    await fresh.connect()
    return fresh
  }
  let producer = await connect()
  let replacing: Promise<void> | undefined
  // Several sends may find out at once that a client hangs: one of them replaces it and the others wait for
  // that, or each would open a client of its own and only the last would ever be closed.
  const replace = async (used: Producer): Promise<void> => {
    if (producer !== used) return
    producer = await connect()
    void closeQuietly(used)
  }
  const send = async (topicMessages: { topic: string; messages: OpenMessage[] }[]): Promise<void> => {
    const used = producer
    const sending = used.sendBatch({ acks: -1, timeout: 30_000, topicMessages })
    try {
      requireAnswered(topicMessages, await within(patience, 'Kafka', sending))
    } catch (error) {
      // A client that does not even fail is not to be trusted with the next batch. If there is no other one
      // to be had yet, the next send that hangs tries again.
      if (error instanceof DeadlineError) {
        replacing ??= replace(used).finally(() => {
          replacing = undefined
        })
        await replacing.catch(() => undefined)
      }
      const topic = topicMessages.map(each => each.topic).join(' and ')
      throw explained(error, client, { topic, operation: 'Write' })
    }
  }
  return {
    send: records => send(byTopic(records)),
    async sendSets(topic, sets, time) {
      const messages = messagesOf(sets)
      if (time !== undefined) for (const message of messages) message.timestamp = String(time)
      await send([{ topic, messages }])
    },
    async close() {
      await replacing?.catch(() => undefined)
      await closeQuietly(producer)
    },
  }
}

// Notes on a record where it goes, and lets it go there again in every further attempt.
const keepingPartitioner: ICustomPartitioner = () => {
  const choose = keyPartitioner()
  return place => {
    const { message } = place
    message.partition ??= choose(place)
    return message.partition
  }
}

/**
 * Makes sure that Kafka has answered for every partition to which records were to go.
 *
 * kafkajs keeps one account a send of which brokers have answered, and asks those no more. When a partition's leader
 * fails, and its next one is a broker that has answered for other partitions, nobody is sent the partition's
 * records, and the send resolves all the same. Seen with three brokers of which one was killed: in a few
 * minutes five acknowledged records of 23,520 were in no topic.
 * @param topicMessages what was sent; each record bears the partition that it was sent to
 * @throws Error then; the records must be sent again
 */
export function requireAnswered(
  topicMessages: readonly { readonly topic: string; readonly messages: readonly Message[] }[],
  metadata: readonly RecordMetadata[],
): void {
  const answered = new Set(metadata.map(({ topicName, partition }) => `${topicName}/${partition}`))
  for (const { topic, messages } of topicMessages) {
    for (const partition of new Set(messages.map(({ partition }) => partition))) {
      if (answered.has(`${topic}/${partition}`)) continue
      throw new Error(
        `Kafka has not answered for partition ${partition} of topic ${topic}, perhaps because its leader has changed; its records are to be sent again.`,
      )
    }
  }
}

/**
 * A producer that is thrown away because something failed may fail once more in closing, or hang; nobody is
 * waiting for what it says.
 */
export async function closeQuietly(producer: Producer): Promise<void> {
  await within(closePatience, 'a producer, asked to close,', producer.disconnect()).catch(() => undefined)
}
