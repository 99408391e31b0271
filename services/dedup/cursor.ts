// A stretch of a partition, record by record, with a look at the next one: for walks over several topics side by
// side.

import { reasonOf } from '@podpipe/runtime/errors.ts'
import type { TopicPartition } from '@podpipe/runtime/kafka/group/assigner.ts'
import type { RangeReader } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { readRange } from '@podpipe/runtime/kafka/read/read-range.ts'
import type { KafkaRecord } from '@podpipe/runtime/kafka/read/record.ts'
import type { Codec } from '@podpipe/schemas/codec.ts'

export interface Cursor<Value> {
  /** The next value, which stays the next one; undefined at the end. */
  peek(): Promise<Value | undefined>
  /** Moves on to the one behind it. */
  skip(): void
  close(): Promise<void>
}

/**
 * Opens `[from, to)`. It holds some megabytes at most, and costs nothing while nobody looks.
 * @param read what a record is to its reader
 */
export function openCursor<Value>(
  fetcher: RangeReader,
  place: TopicPartition,
  from: number,
  to: number,
  read: (record: KafkaRecord) => Value,
): Cursor<Value> {
  const chunks = readRange(fetcher, place, from, to)
  let chunk: readonly KafkaRecord[] = []
  let at = 0
  let next: Value | undefined
  return {
    async peek() {
      if (next !== undefined) return next
      while (at >= chunk.length) {
        const { done, value } = await chunks.next()
        if (done) return undefined
        chunk = value
        at = 0
      }
      const record = chunk[at++]
      if (record !== undefined) next = read(record)
      return next
    },
    skip() {
      next = undefined
    },
    async close() {
      await chunks.return()
    },
  }
}

/** A record and its value, or why that cannot be read. */
export interface Read<Value> {
  readonly record: KafkaRecord
  readonly value: Value | string
}

/** Reads records of a codec. */
export const decodedBy =
  <Value>(codec: Codec<Value>) =>
  (record: KafkaRecord): Read<Value> => {
    if (record.value === null) return { record, value: 'a record without a value' }
    try {
      return { record, value: codec.decode(record.value) }
    } catch (error) {
      return { record, value: reasonOf(error) }
    }
  }
