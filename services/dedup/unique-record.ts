// An accepted raw record as the record that is published. It holds nothing but the raw one, of which its bytes are made
// when they have their place in a request. Pure.

import type { InPlace } from '@podpipe/runtime/kafka/encoding/sized-bytes.ts'
import type { KafkaRecord } from '@podpipe/runtime/kafka/read/record.ts'
import type { OutgoingRecord } from '@podpipe/runtime/kafka/write/outgoing.ts'
import { eventSize, putEvent } from '@podpipe/schemas/raw-in-place.ts'
import type { Event, RawFrame } from '@podpipe/schemas/records.ts'
import type { Topic } from '@podpipe/schemas/topics.ts'

const nothing = Buffer.alloc(0)

/**
 * @param record one that `decide` has accepted
 * @param key the record's, which is the event's id
 */
export function uniqueRecord(
  record: KafkaRecord,
  key: Buffer,
  raw: Topic<RawFrame>,
  unique: Topic<Event>,
  partition: number,
): OutgoingRecord {
  const value = record.value ?? nothing
  const size = eventSize(value, key, record.partition, record.offset)
  if (size !== undefined) return new UniqueRecord(unique.name, partition, key, record, size)
  const { cluster, service, event_time, received_at, frame: payload } = raw.codec.decode(value)
  const event = { cluster, service, id: key.toString(), event_time, received_at, payload }
  return {
    topic: unique.name,
    partition,
    key,
    value: unique.codec.encode({ ...event, raw_partition: record.partition, raw_offset: record.offset }),
    timestamp: record.timestamp,
  }
}

class UniqueRecord implements OutgoingRecord, InPlace {
  readonly topic: string
  readonly partition: number
  readonly key: Buffer
  readonly size: number
  private readonly raw: KafkaRecord

  constructor(topic: string, partition: number, key: Buffer, raw: KafkaRecord, size: number) {
    this.topic = topic
    this.partition = partition
    this.key = key
    this.raw = raw
    this.size = size
  }

  get value(): Buffer {
    return nothing
  }

  /** All of the value. */
  get tail(): InPlace {
    return this
  }

  get timestamp(): number {
    return this.raw.timestamp
  }

  put(target: Buffer, at: number): number {
    const { value, partition, offset } = this.raw
    return putEvent(target, at, value ?? nothing, this.key, partition, offset)
  }
}
