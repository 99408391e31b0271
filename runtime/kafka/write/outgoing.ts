// Records on their way to Kafka, in the form that kafkajs takes: grouped, and cut into requests.

import type { Message } from 'kafkajs'
import { decodeRecords } from '../encoding/batch-decoder.ts'
import { placed } from '../encoding/faster-kafkajs.ts'
import type { RecordSet } from '../encoding/record-set.ts'
import { type InPlace, sizeOfBytes } from '../encoding/sized-bytes.ts'

/** A record to be written. */
export interface OutgoingRecord {
  readonly topic: string
  readonly partition?: number
  readonly key: Buffer | string | null
  readonly value: Buffer
  /** Bytes of the value that follow those in `value`: an event where it lies, so that it need not be copied. */
  readonly tail?: Buffer | InPlace
  /** Milliseconds since 1970; left out, the moment of sending. */
  readonly timestamp?: number
}

/** What kafkajs hands on to our encoder as it is. */
export interface OpenMessage extends Message {
  tail?: Buffer | InPlace
  set?: RecordSet
}

// A request holds one batch for its partition, and a batch must not be larger than the largest record may be.
const requestBytes = 8 * 1024 * 1024

/** Cuts what goes to one partition into as few requests as it may be. */
export function inRequests(messages: readonly OpenMessage[]): OpenMessage[][] {
  const requests: OpenMessage[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const message of messages) {
    const size = (message.value?.length ?? 0) + (message.tail === undefined ? 0 : sizeOfBytes(message.tail))
    bytes += size
    if (bytes > requestBytes) {
      requests.push([])
      bytes = size
    }
    requests.at(-1)?.push(message)
  }
  return requests
}

/** What goes to one partition. */
interface ToPartition {
  readonly topic: string
  readonly partition: number | undefined
  readonly messages: OpenMessage[]
}

/** Groups keep the order in which their first record came: events before the ledger's block. */
export function byPartition(records: readonly OutgoingRecord[]): ToPartition[] {
  const groups: ToPartition[] = []
  for (const record of records) {
    const { topic, partition } = record
    let group = groups.find(each => each.topic === topic && each.partition === partition)
    if (group === undefined) {
      group = { topic, partition, messages: [] }
      groups.push(group)
    }
    group.messages.push(placed.encoder === 'fast' ? asItIs(record) : messageOf(record))
  }
  return groups
}

export function byTopic(records: readonly OutgoingRecord[]): { topic: string; messages: OpenMessage[] }[] {
  return [...Map.groupBy(records, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
    topic,
    messages: ofTopic.map(messageOf),
  }))
}

// kafkajs notes nothing on a message, and takes a time as a number whatever its types say. So there need not be another
// object for each of the thousands that wait for their transaction.
const asItIs = (record: Omit<OutgoingRecord, 'timestamp'>): OpenMessage => record

// Field by field: what a spread costs here is a good part of what a record costs in all.
function messageOf({ key, value, tail, partition, timestamp }: OutgoingRecord): OpenMessage {
  const message: OpenMessage = { key, value }
  // kafkajs's own encoder knows nothing of tails.
  if (tail !== undefined && placed.encoder === 'fast') message.tail = tail
  else message.value = wholeValue({ value, tail })
  if (partition !== undefined) message.partition = partition
  if (timestamp !== undefined) message.timestamp = String(timestamp)
  return message
}

/**
 * Records that are encoded already as what kafkajs takes for messages: one of each set, or where kafkajs's own encoder
 * is in place, every single one.
 */
export function messagesOf(sets: readonly RecordSet[]): OpenMessage[] {
  if (placed.encoder === 'fast') {
    return sets.map(set => ({ key: null, value: nothing, partition: set.partition, set }))
  }
  return sets.flatMap(set =>
    set
      .take()
      .flatMap(decodeRecords)
      .map(({ key, value }) => ({ key, value, partition: set.partition })),
  )
}

const nothing = Buffer.alloc(0)

/** The value of a record in one piece. */
export function wholeValue({
  value,
  tail,
}: Pick<OutgoingRecord, 'value'> & { tail?: OutgoingRecord['tail'] | undefined }): Buffer {
  if (tail === undefined) return value
  if (Buffer.isBuffer(tail)) return Buffer.concat([value, tail])
  const whole = Buffer.alloc(value.length + tail.size)
  value.copy(whole)
  tail.put(whole, value.length)
  return whole
}
