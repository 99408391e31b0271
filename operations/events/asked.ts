// Which events are asked for, and where among the partitions they can be. Pure.

import type { TopicPartition } from '@podpipe/runtime/kafka/group/assigner.ts'
import type { KafkaRecord } from '@podpipe/runtime/kafka/read/record.ts'
import { partitionOfKey } from '@podpipe/runtime/kafka/write/key-partitioner.ts'
import type { Service } from '@podpipe/schemas/service.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'
import { ownerOf } from '../rejected/reject.ts'
import { type Shown, showOf } from '../tap/shown.ts'
import type { Stage } from '../tap/stages.ts'

export interface EventsAsked {
  readonly stage: Stage
  /** None for every kind of event. */
  readonly services: readonly Service[]
  /** When Kafka had the raw record, milliseconds since 1970; `to` lies behind. */
  readonly from?: number
  readonly to?: number
  /** The whole id of an event. Blocks of the ledger have none, and of a reject its bytes are looked through. */
  readonly id?: string
  /** A text in the bytes of the event. */
  readonly text?: string
}

/** A place to look at, and how what lies there is read. */
export interface AskedPlace extends TopicPartition {
  readonly service: Service | undefined
  readonly show: (record: KafkaRecord) => Shown
}

/** The partitions in which events that are asked for can be. */
export function placesAsked({ stage, services, id }: EventsAsked, topics: Topics): AskedPlace[] {
  if (stage === 'rejected') {
    const { topic, show } = showOf(stage, '', topics)
    return [{ topic, partition: 0, service: undefined, show }]
  }
  return (services.length === 0 ? topics.services : services).flatMap(service => {
    const { topic, show } = showOf(stage, service, topics)
    const { partitions } = topics.raw(service)
    // The id is the key, so it can be in one partition only.
    const only =
      id === undefined || stage === 'seen' ? undefined : partitionOfKey(Buffer.from(id), partitions)
    return Array.from({ length: partitions }, (_, partition) => ({ topic, partition, service, show })).filter(
      ({ partition }) => only === undefined || partition === only,
    )
  })
}

/** Whether the times of a stage grow within a partition: rejects of many partitions come together in one. */
export const isInOrder = (stage: Stage): boolean => stage !== 'rejected'

/** Whether a record is asked for, as far as can be told before it is decoded. */
export function isWanted({ stage, from, to, id }: EventsAsked, { timestamp, key }: KafkaRecord): boolean {
  if (from !== undefined && timestamp < from) return false
  if (to !== undefined && timestamp >= to) return false
  return (
    id === undefined || stage === 'rejected' || stage === 'seen' || (key?.equals(Buffer.from(id)) ?? false)
  )
}

/** The same by what is in it. */
export function isMatch({ stage, services, id, text }: EventsAsked, shown: Shown, topics: Topics): boolean {
  if (stage === 'rejected') {
    const service = serviceOf(shown, topics)
    if (services.length > 0 && (service === undefined || !services.includes(service))) return false
    if (id !== undefined && !shown.bytes?.includes(id)) return false
  }
  return text === undefined || (shown.bytes?.includes(text) ?? false)
}

/** The kind of event of a reject; undefined where its topic is none of ours. */
export function serviceOf({ fields }: Shown, topics: Topics): Service | undefined {
  const [topic = ''] = String(fields.origin ?? '').split(' ')
  return ownerOf({ topic }, topics)?.service
}
