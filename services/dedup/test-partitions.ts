// For tests: partitions in memory that can be read like Kafka's, and that lose their beginning like Kafka's.

import type { TopicPartition } from '@podpipe/runtime/kafka/group/assigner.ts'
import type { RangeReader } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { createReader } from '@podpipe/runtime/kafka/read/reader.ts'
import type { KafkaRecord } from '@podpipe/runtime/kafka/read/record.ts'

export interface TestPartition {
  start: number
  end: number
  readonly records: KafkaRecord[]
}

/** @param partitions by topic; each topic has the one partition 0 */
export function readerOf(partitions: Readonly<Record<string, TestPartition>>): RangeReader {
  const find = ({ topic }: TopicPartition): TestPartition => {
    const found = partitions[topic]
    if (found === undefined) throw new Error(`the test has no topic ${topic}`)
    return found
  }
  return {
    async offsets(place) {
      const { start, end } = find(place)
      return { start, end }
    },
    open(place, from) {
      const { start, end, records } = find(place)
      if (from < start) throw new Error(`offset ${from} of ${place.topic} was deleted`)
      const reader = createReader(
        place,
        from,
        () => undefined,
        () => undefined,
      )
      reader.push({ records: records.filter(({ offset }) => offset >= from), nextOffset: end, end, bytes: 0 })
      return reader
    },
  }
}
