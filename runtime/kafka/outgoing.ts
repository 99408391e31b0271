// Records on their way to Kafka, in the form that kafkajs takes: grouped, and cut into requests.

import type { Message } from 'kafkajs'
import { placed } from './faster-kafkajs.ts'

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

/** What kafkajs hands on to our encoder as it is. */
export interface OpenMessage extends Message {
  tail?: Buffer
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

/** Groups keep the order in which their first record came: events before the ledger's block. */
export function byPartition(
  records: readonly OutgoingRecord[],
): { topic: string; messages: OpenMessage[] }[] {
  return [...Map.groupBy(records, ({ topic, partition }) => `${topic}/${partition}`).values()].flatMap(
    byTopic,
  )
}

export function byTopic(records: readonly OutgoingRecord[]): { topic: string; messages: OpenMessage[] }[] {
  return [...Map.groupBy(records, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
    topic,
    messages: ofTopic.map(messageOf),
  }))
}

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

/** The value of a record in one piece. */
export const wholeValue = ({ value, tail }: { value: Buffer; tail?: Buffer | undefined }): Buffer =>
  tail === undefined ? value : Buffer.concat([value, tail])
