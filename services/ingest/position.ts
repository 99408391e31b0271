// The position of a session in the positions topic: read once when the session is won, written behind
// Kafka's acknowledgement of the frames before it.

import { hash } from 'node:crypto'
import { reasonOf } from '@podpipe/runtime/errors.ts'
import type { RangeReader } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { readRange } from '@podpipe/runtime/kafka/read/read-range.ts'
import { forbidden, refusalIn } from '@podpipe/runtime/kafka/refusal.ts'
import type { PlainProducer } from '@podpipe/runtime/kafka/write/producer.ts'
import type { Log } from '@podpipe/runtime/log.ts'
import type { Trouble } from '@podpipe/runtime/readiness.ts'
import type { Position } from '@podpipe/schemas/records.ts'
import type { Topic } from '@podpipe/schemas/topics.ts'

/** The partition of the positions topic whose owner runs the session. The same in every version of podpipe. */
export function partitionOf(sessionKey: string, partitions: number): number {
  return hash('sha256', sessionKey, 'buffer').readUInt32BE(0) % partitions
}

/** A position as Kafka has it. */
export interface StoredPosition {
  readonly position: Position
  /** When it was written, in milliseconds since 1970. */
  readonly writtenAt: number
}

/** Reads the last position of a session; none when there never was one. */
export async function readPosition(
  fetcher: RangeReader,
  topic: Topic<Position>,
  sessionKey: string,
): Promise<StoredPosition | undefined> {
  const place = { topic: topic.name, partition: partitionOf(sessionKey, topic.partitions) }
  const { start, end } = await fetcher.offsets(place)
  let last: StoredPosition | undefined
  for await (const records of readRange(fetcher, place, start, end)) {
    for (const { key, value, timestamp } of records) {
      if (key?.toString() !== sessionKey) continue
      // A record without a value clears what was there.
      last =
        value === null ? undefined : { position: topic.codec.decode(value), writtenAt: Number(timestamp) }
    }
  }
  return last
}

export interface PositionWriter {
  /** Notes a position; it is written within a second, or replaced by a newer one. */
  note(position: Position): void
  /** Writes what is noted, now, and stops. */
  close(): Promise<void>
}

const writeInterval = 1_000

export function createPositionWriter(options: {
  producer: Pick<PlainProducer, 'send'>
  topic: Topic<Position>
  sessionKey: string
  log: Log
  /** Told what Kafka forbids, and with undefined when it does no more. */
  tell?: (trouble: Trouble | undefined) => void
}): PositionWriter {
  const { producer, topic, sessionKey, log, tell } = options
  const partition = partitionOf(sessionKey, topic.partitions)
  let noted: Position | undefined
  let writing: Promise<void> | undefined

  // One after the other: two positions in flight could arrive in the wrong order, and the older would win.
  const write = async (): Promise<void> => {
    const position = noted
    if (position === undefined) return
    try {
      await producer.send([
        { topic: topic.name, partition, key: sessionKey, value: topic.codec.encode(position) },
      ])
      if (noted === position) noted = undefined
      tell?.(undefined)
    } catch (error) {
      // The frames are in Kafka; only the note about them is late. It is tried again with the next one.
      const refusal = refusalIn(error)
      if (refusal !== undefined) tell?.(forbidden(refusal))
      log.debug({ session: sessionKey, reason: reasonOf(error) }, 'the position could not be written')
    }
  }
  const timer = setInterval(() => {
    writing ??= write().finally(() => {
      writing = undefined
    })
  }, writeInterval)

  return {
    note(position) {
      noted = position
    },
    async close() {
      clearInterval(timer)
      await writing
      await write()
    },
  }
}
