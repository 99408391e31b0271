// The unique topic of the measurement: message events of a usual size as dedup writes them, numbered by their ids.

import { createProducer } from '@podpipe/runtime/kafka/write/producer.ts'
import type { Outside } from '../dedup/topics.ts'
import { topics } from '../dedup/topics.ts'
import { eventOf, idFirst, usualEvents } from '../message-events.ts'
import { checksumOf } from './arrivals.ts'

/** What was written. */
export interface UniqueFacts {
  readonly events: number
  /** Of an event as Proofpoint sends it, on average. */
  readonly eventBytes: number
  /** The sum of all checksums. */
  readonly checksum: number
  /** Records that the plain producer had to send again, so that their events stand there twice. */
  readonly copies: number
}

export const unique = topics.unique('message')
const batchRecords = 1_000

/** Makes the records of numbered events. */
export function createRecords(time: number): (sequence: number) => {
  readonly payload: Buffer
  readonly record: { topic: string; key: string; value: Buffer; timestamp: number }
} {
  const bodies = usualEvents(time).map(idFirst)
  return sequence => {
    const payload = eventOf(bodies, sequence)
    const id = payload.toString('latin1', 9, payload.indexOf('"', 9))
    const value = unique.codec.encode({
      cluster: 'bench_hosted',
      service: 'message',
      id,
      event_time: time + sequence,
      received_at: time,
      raw_partition: 0,
      raw_offset: sequence,
      payload,
    })
    return { payload, record: { topic: unique.name, key: id, value, timestamp: time } }
  }
}

/** Fills the topic, which must be there and empty. */
export async function fillUnique(
  { client, written }: Outside,
  events: number,
  signal: AbortSignal,
): Promise<UniqueFacts> {
  const producer = await createProducer(client)
  const time = Date.now()
  const recordOf = createRecords(time)
  let bytes = 0
  let checksum = 0
  try {
    for (let from = 0; from < events; from += batchRecords) {
      signal.throwIfAborted()
      const batch = Array.from({ length: Math.min(batchRecords, events - from) }, (_, at) =>
        recordOf(from + at),
      )
      for (const { payload } of batch) {
        bytes += payload.length
        checksum += checksumOf(payload)
      }
      await producer.send(batch.map(({ record }) => record))
    }
  } finally {
    await producer.close()
  }
  const copies = (await written(unique)) - events
  return { events, eventBytes: Math.round(bytes / events), checksum, copies }
}
