// A record as podpipe's services see it: plain numbers, bytes, coordinates.

import type { InternalMessage, InternalPartition } from './internals.ts'

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

  for (const message of response.messages) {
    const offset = offsetOf(message)
    while (pending[0] !== undefined && Number(pending[0].firstOffset) <= offset) {
      aborted.add(pending[0].producerId)
      pending.shift()
    }
    // A fetch may begin before the offset that was asked for: batches are handed out whole.
    if (offset >= fetchedFrom) nextOffset = offset + 1
    if (message.isControlRecord) aborted.delete(message.batchContext.producerId)
    else if (offset >= fetchedFrom && !isAborted(message, aborted)) {
      bytes += (message.key?.length ?? 0) + (message.value?.length ?? 0)
      records.push({
        topic,
        partition: response.partition,
        offset,
        timestamp: timestampOf(message),
        key: message.key,
        value: message.value,
      })
    }
  }
  return { records, nextOffset, end: Number(response.lastStableOffset ?? response.highWatermark), bytes }
}

const offsetOf = (message: InternalMessage): number => ('at' in message ? message.at : Number(message.offset))

const timestampOf = (message: InternalMessage): number =>
  'time' in message ? message.time : Number(message.timestamp)

function isAborted({ batchContext }: InternalMessage, aborted: ReadonlySet<string>): boolean {
  return batchContext.inTransaction && aborted.has(batchContext.producerId)
}
