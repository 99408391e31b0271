// Transactions under a fenced id: the way to write where the output must be exactly once.

import type { RecordMetadata, Transaction } from 'kafkajs'
import { within } from '../../deadline.ts'
import type { KafkaClient } from '../client.ts'
import { nameOf } from '../group/assigner.ts'
import { explained } from '../refusal.ts'
import { keyPartitioner } from './key-partitioner.ts'
import { byPartition, inRequests, type OutgoingRecord } from './outgoing.ts'
import { closeQuietly, patience } from './producer.ts'

/** Where a record went: the offset of the first of a send in each partition. */
export interface Written {
  readonly topic: string
  readonly partition: number
  readonly firstOffset: number
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
  const producer = client.transactions.producer({
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
        const metadata = await transaction
          .send({ topic, messages: part, acks: -1, timeout: 30_000 })
          .catch(error => {
            throw explained(error, client, { topic, operation: 'Write', transactionalId })
          })
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
    throw explained(error, client, { transactionalId })
  }
  return {
    commit: (records, expected) =>
      within(patience, `Kafka, asked to commit for ${transactionalId},`, commit(records, expected)).catch(
        error => {
          throw explained(error, client, { transactionalId })
        },
      ),
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
