// Partitions in memory that are read as Kafka's are, and say what was read of them; for tests.

import { nameOf, type TopicPartition } from '@podpipe/runtime/kafka/group/assigner.ts'
import { type KafkaRecord, sizeOf } from '@podpipe/runtime/kafka/read/record.ts'
import { topicsOf } from '@podpipe/schemas/topics.ts'
import type { Kafka } from './newest.ts'

export const topics = topicsOf({ prefix: 'pod', partitions: 2, services: ['message', 'audit'] })

/** A raw record of a message, or of another kind of event. */
export function rawRecord(
  at: { readonly partition: number; readonly time: number; readonly id: string },
  frame: Buffer | string = `{"guid":"${at.id}"}\n`,
  service = 'message',
): Omit<KafkaRecord, 'offset'> {
  const { name: topic, codec } = topics.raw(service)
  const value = codec.encode({
    cluster: 'c',
    service,
    connection: 'x',
    sequence: 1,
    received_at: at.time,
    mode: 'live',
    identity: 'event_id',
    event_time: at.time,
    frame: Buffer.from(frame),
  })
  return { topic, partition: at.partition, timestamp: at.time, key: Buffer.from(at.id), value }
}

/** Lays records into their partitions, in this order; undefined is the mark of a transaction in the place named. */
export function memoryKafka(
  records: readonly (Omit<KafkaRecord, 'offset'> | { readonly mark: TopicPartition })[],
): {
  readonly kafka: Kafka
  readonly read: () => number
} {
  const places = new Map<string, (KafkaRecord | undefined)[]>()
  for (const each of records) {
    const name = nameOf('mark' in each ? each.mark : each)
    const lies = places.get(name) ?? []
    places.set(name, lies)
    lies.push('mark' in each ? undefined : { ...each, offset: lies.length })
  }
  const endOf = (place: TopicPartition): number => places.get(nameOf(place))?.length ?? 0
  let read = 0
  const kafka: Kafka = {
    topics,
    client: {
      admin: {
        fetchTopicOffsetsByTimestamp: async (topic: string, time: number) =>
          [0, 1].map(partition => {
            const lies = places.get(nameOf({ topic, partition })) ?? []
            const at = lies.findIndex(each => each !== undefined && each.timestamp >= time)
            return { partition, offset: String(at < 0 ? lies.length : at) }
          }),
      },
    } as unknown as Kafka['client'],
    fetcher: {
      offsets: async place => ({ start: 0, end: endOf(place) }),
      edges: async (asked, edge) => asked.map(place => (edge === 'start' ? 0 : endOf(place))),
      open(place, from) {
        let next = from
        return {
          ...place,
          async take({ maxRecords }) {
            const lies = places.get(nameOf(place)) ?? []
            const found: KafkaRecord[] = []
            for (
              let bytes = 0;
              next < lies.length && found.length < maxRecords && bytes < 1024 * 1024;
              next++
            ) {
              const record = lies[next]
              if (record === undefined) continue
              found.push(record)
              bytes += sizeOf(record)
              read += sizeOf(record)
            }
            return { records: found, nextOffset: next, end: lies.length, release: () => undefined }
          },
          close: () => undefined,
        }
      },
    },
  }
  return { kafka, read: () => read }
}
