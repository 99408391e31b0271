// A record that was rejected, as it is kept in the rejected topic. Pure.

import type { Rejected } from '@podpipe/schemas/records.ts'
import type { Topic } from '@podpipe/schemas/topics.ts'
import type { KafkaRecord } from '../kafka/read/record.ts'
import type { OutgoingRecord } from '../kafka/write/outgoing.ts'
import type { Reject } from '../outcome.ts'

/**
 * The record for the rejected topic, under its coordinates and with the time of the rejected one.
 * @param bytes what a person should see and what can be sent again: the frame, or the whole value
 */
export function rejectedRecord(
  topic: Topic<Rejected>,
  record: KafkaRecord,
  { reason, error }: Reject,
  bytes: Buffer,
): OutgoingRecord {
  const { topic: origin, partition, offset, timestamp } = record
  return {
    topic: topic.name,
    partition: 0,
    key: `${origin}/${partition}/${offset}`,
    value: topic.codec.encode({ topic: origin, partition, offset, reason, error, bytes }),
    timestamp,
  }
}
