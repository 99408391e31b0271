// A record as podpipe's services see it: plain numbers, bytes, coordinates.

import type { InternalPartition, PlainMessage } from '../connection/internals.ts'
import { FetchedRecord } from '../encoding/batch-decoder.ts'

/** A committed record of a topic. */
export interface KafkaRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** Milliseconds since 1970; in `raw` the time at which the broker appended it. */
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
}

/** What one fetch brought of one partition. */
export interface FetchedChunk {
  readonly records: readonly KafkaRecord[]
  /** Where to read on: behind the last record, whether it was handed out, aborted or a transaction's marker. */
  readonly nextOffset: number
  /** The first offset that is not stable yet: what a reader can have read at most. */
  readonly end: number
  /** Bytes of keys and values in `records`. */
  readonly bytes: number
  /** The answer in which `records` lie; left out where they have memory of their own. */
  readonly memory?: Buffer | undefined
}

/**
 * Picks the committed records out of a fetch response.
 *
 * kafkajs has a filter for this that lets records of aborted transactions through: it opens one pending
 * transaction a message only, and takes any record whose key is four zero bytes for an abort marker. So the
 * choice is made here. A transaction is aborted from its first offset until its producer's next marker.
 */
export function chunkOf(topic: string, fetchedFrom: number, response: InternalPartition): FetchedChunk {
  const pending = [...(response.abortedTransactions ?? [])].sort(
    (a, b) => Number(a.firstOffset) - Number(b.firstOffset),
  )
  const aborted = new Set<string>()
  const records: KafkaRecord[] = []
  let bytes = 0
  let nextOffset = fetchedFrom

  const take = (record: KafkaRecord, producerId: string, inTransaction: boolean, isMarker: boolean): void => {
    const { offset } = record
    while (pending[0] !== undefined && Number(pending[0].firstOffset) <= offset) {
      aborted.add(pending[0].producerId)
      pending.shift()
    }
    // A fetch may begin before the offset that was asked for: batches are handed out whole.
    if (offset >= fetchedFrom) nextOffset = offset + 1
    if (isMarker) aborted.delete(producerId)
    else if (offset >= fetchedFrom && !(inTransaction && aborted.has(producerId))) {
      bytes += sizeOf(record)
      records.push(record)
    }
  }
  for (const message of response.messages) {
    if (message instanceof FetchedRecord) {
      const { producerId, inTransaction, isControl } = message.context
      message.placeBatch(topic, response.partition)
      take(message, producerId, inTransaction, isControl)
    } else {
      const { producerId, inTransaction } = message.batchContext
      const record = plainRecord(topic, response.partition, message)
      take(record, producerId, inTransaction, message.isControlRecord ?? false)
    }
  }
  const end = Number(response.lastStableOffset ?? response.highWatermark)
  const memory = records.find(record => record instanceof FetchedRecord)?.memory
  return { records, nextOffset, end, bytes, memory }
}

/** Bytes of key and value. */
export const sizeOf = (record: KafkaRecord): number =>
  record instanceof FetchedRecord ? record.size : (record.key?.length ?? 0) + (record.value?.length ?? 0)

/** One that kafkajs has decoded. */
const plainRecord = (topic: string, partition: number, message: PlainMessage): KafkaRecord => ({
  topic,
  partition,
  offset: Number(message.offset),
  timestamp: Number(message.timestamp),
  key: message.key,
  value: message.value,
})
