// Two ways to write: plain with acks from all, where a dedup stage follows; and transactions under a fenced
// id, where the output must be exactly once.

import type { ICustomPartitioner, Message, Producer, RecordMetadata, Transaction } from 'kafkajs'
import { DeadlineError, within } from '../deadline.ts'
import { nameOf } from './assigner.ts'
import type { KafkaClient } from './client.ts'
import { placed } from './faster-kafkajs.ts'
import { keyPartitioner } from './key-partitioner.ts'

// Longer than any request may take (30 s), so that only a client that hangs is met by it. A recovery too many
// costs a second; a partition that stands still for ever costs events.
const patience = 40_000
const closePatience = 5_000

/** A record to be written. */
export interface OutgoingRecord {
  readonly topic: string
  readonly partition?: number
  readonly key: Buffer | string | null
  readonly value: Buffer
  /** Bytes of the value that follow those in `value`: an event where it lies, so that it need not be copied. */
  readonly tail?: Buffer
  /** Milliseconds since 1970; left out, the moment of sending. */
  readonly timestamp?: number
}

/** Where a record went: the offset of the first of a send in each partition. */
export interface Written {
  readonly topic: string
  readonly partition: number
  readonly firstOffset: number
}

export interface PlainProducer {
  /**
   * Resolves when every replica in sync has the records.
   * @throws after some seconds of trying; the records may or may not have been written, so send them again
   */
  send(records: readonly OutgoingRecord[]): Promise<void>
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
  return {
    async send(records) {
      const used = producer
      const topicMessages = byTopic(records)
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
        throw error
      }
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

export interface FencedProducer {
  /**
   * Writes all records in one transaction and commits it, if they went where nobody else can have written.
   * @param expected where the first record of a partition must come to lie; see `requireExpected`
   * @throws when anything at all goes wrong. Whether the transaction was committed is then unknown: close
   * this producer, make a new one under the same id, and read back what is there.
   */
  commit(records: readonly OutgoingRecord[], expected: readonly Written[]): Promise<Written[]>
  close(): Promise<void>
}

const transactionTimeout = 30_000

/**
 * Makes the one writer of a transactional id. When this resolves, whoever had the id before can write no
 * more, and what it left open has been aborted; so state is to be read after this and not before.
 */
export async function createFencedProducer(
  client: KafkaClient,
  transactionalId: string,
): Promise<FencedProducer> {
  const producer = client.kafka.producer({
    transactionalId,
    transactionTimeout,
    maxInFlightRequests: 1,
    idempotent: false,
    allowAutoTopicCreation: false,
    createPartitioner: keyPartitioner,
    // A commit answers before its markers are written, and the next transaction then meets
    // CONCURRENT_TRANSACTIONS. With kafkajs's 300 ms of waiting that alone costs three quarters of the speed.
    retry: { initialRetryTime: 5, maxRetryTime: 1_000, retries: 20 },
  })
  // kafkajs asks for its producer id lazily: beginning a transaction is what fences the old owner.
  const fence = async (): Promise<void> => {
    await producer.connect()
    await (await producer.transaction()).abort()
  }
  const commit = async (
    records: readonly OutgoingRecord[],
    expected: readonly Written[],
  ): Promise<Written[]> => {
    const transaction: Transaction = await producer.transaction()
    // One partition a send, one after the other. kafkajs keeps one account a send of what each of its broker
    // objects has answered. When a connection breaks it makes new objects, and with several partitions in a send
    // requests to an old and a new one run side by side: one fails, all is sent once more, and the other has
    // taken it already. The answer may not even show it. With a single partition there is never more than one
    // request, a repeated one bears the same sequence numbers, and the broker knows it.
    const written: Written[] = []
    for (const { topic, messages } of byPartition(records)) {
      const parts: { places: Written[]; count: number }[] = []
      for (const part of inRequests(messages)) {
        const metadata = await transaction.send({ topic, messages: part, acks: -1, timeout: 30_000 })
        parts.push({ places: placesOf(metadata), count: part.length })
      }
      written.push(...joined(parts))
    }
    requireExpected(written, expected)
    await transaction.commit()
    return written
  }

  // A client that hangs is given up like one that fails. What it may still do afterwards is fenced by the
  // next owner of the id, or is found in the ledger if it was done before.
  try {
    await within(patience, `Kafka, asked for the transactional id ${transactionalId},`, fence())
  } catch (error) {
    await closeQuietly(producer)
    throw error
  }
  return {
    commit: (records, expected) =>
      within(patience, `Kafka, asked to commit for ${transactionalId},`, commit(records, expected)),
    close: () => closeQuietly(producer),
  }
}

/**
 * Where the records of a send went, if every partition took them once.
 *
 * kafkajs may send a batch twice inside one transaction: when it loses its connection between looking up the
 * brokers of two topics, it keeps the old view of the broker beside the new one and sends everything to both,
 * under consecutive sequence numbers, so that the broker takes both. Seen at a broker restart: 47 of 4,497
 * events stood twice in `unique`, and so did their ledger blocks. Its answer then names a partition twice.
 * @throws Error then; the transaction must not be committed
 */
export function placesOf(metadata: readonly RecordMetadata[]): Written[] {
  const written = new Map<string, Written>()
  for (const { topicName, partition, baseOffset, errorCode } of metadata) {
    const name = nameOf({ topic: topicName, partition })
    if (written.has(name) || errorCode !== 0) {
      throw new Error(
        `A batch for ${topicName}, partition ${partition}, was not written exactly once; its transaction is not committed.`,
      )
    }
    written.set(name, { topic: topicName, partition, firstOffset: Number(baseOffset) })
  }
  return [...written.values()]
}

// A request holds one batch for its partition, and a batch must not be larger than the largest record may be.
const requestBytes = 8 * 1024 * 1024

/** Cuts what goes to one partition into as few requests as it may be. */
export function inRequests(messages: readonly OpenMessage[]): OpenMessage[][] {
  const requests: OpenMessage[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const message of messages) {
    const size = (message.value?.length ?? 0) + (message.tail?.length ?? 0)
    bytes += size
    if (bytes > requestBytes) {
      requests.push([])
      bytes = size
    }
    requests.at(-1)?.push(message)
  }
  return requests
}

/**
 * Where the first of several requests to one partition went, if the others followed it without a gap.
 * @throws Error otherwise; the transaction must not be committed
 */
export function joined(
  parts: readonly { readonly places: readonly Written[]; readonly count: number }[],
): Written[] {
  const [first] = parts.flatMap(({ places }) => places)
  if (first === undefined) return []
  let next = first.firstOffset
  for (const { places, count } of parts) {
    requireExpected(places, [{ ...first, firstOffset: next }])
    next += count
  }
  return [first]
}

/**
 * Makes sure that every partition took the records where it was known to end. If not, they were taken twice, or
 * somebody else writes there; a commit would make visible what nobody has accounted for.
 * @throws Error then; the transaction must not be committed
 */
export function requireExpected(written: readonly Written[], expected: readonly Written[]): void {
  for (const { topic, partition, firstOffset } of written) {
    const place = expected.find(each => each.topic === topic && each.partition === partition)
    if (place !== undefined && place.firstOffset !== firstOffset) {
      throw new Error(
        `A batch for ${topic}, partition ${partition}, came to lie at offset ${firstOffset} and not at ${place.firstOffset}: something stands before it that is not this task's. Its transaction is not committed.`,
      )
    }
  }
}

/** What kafkajs hands on to our encoder as it is. */
interface OpenMessage extends Message {
  readonly tail?: Buffer
}

// A producer that is thrown away because something failed may fail once more in closing, or hang; nobody is
// waiting for what it says.
async function closeQuietly(producer: Producer): Promise<void> {
  await within(closePatience, 'a producer, asked to close,', producer.disconnect()).catch(() => undefined)
}

// Groups keep the order in which their first record came: events before the ledger's block.
function byPartition(records: readonly OutgoingRecord[]): { topic: string; messages: OpenMessage[] }[] {
  return [...Map.groupBy(records, ({ topic, partition }) => `${topic}/${partition}`).values()].flatMap(
    byTopic,
  )
}

function byTopic(records: readonly OutgoingRecord[]): { topic: string; messages: OpenMessage[] }[] {
  return [...Map.groupBy(records, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
    topic,
    messages: ofTopic.map(messageOf),
  }))
}

function messageOf({ key, value, tail, partition, timestamp }: OutgoingRecord): OpenMessage {
  return {
    key,
    ...(tail === undefined ? { value } : opened(value, tail)),
    ...(partition === undefined ? {} : { partition }),
    ...(timestamp === undefined ? {} : { timestamp: String(timestamp) }),
  }
}

// kafkajs's own encoder knows nothing of tails.
const opened = (value: Buffer, tail: Buffer): Pick<OpenMessage, 'value' | 'tail'> =>
  placed.encoder === 'fast' ? { value, tail } : { value: wholeValue({ value, tail }) }

/** The value of a record in one piece. */
export const wholeValue = ({ value, tail }: Pick<OutgoingRecord, 'value' | 'tail'>): Buffer =>
  tail === undefined ? value : Buffer.concat([value, tail])
