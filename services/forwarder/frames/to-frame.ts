// A record of a unique topic to the frame that an output writes. Pure.

import { reasonOf } from '@podpipe/runtime/errors.ts'
import type { KafkaRecord } from '@podpipe/runtime/kafka/read/record.ts'
import { forward, type Outcome, reject } from '@podpipe/runtime/outcome.ts'
import { type Codec, UnknownSchemaError } from '@podpipe/schemas/codec.ts'
import { readParts } from '@podpipe/schemas/event-in-place.ts'
import type { Event } from '@podpipe/schemas/records.ts'
import { type Frame, frameOf, type Naming } from './wire.ts'

/** The frame carries the event's own time; one without any bears the time at which it was received. */
export function toFrame(record: KafkaRecord, codec: Codec<Event>, { host, tagOf }: Naming): Outcome<Frame> {
  try {
    const { cluster, service, event_time, received_at, source, payloadAt } = readParts(
      record.value ?? Buffer.alloc(0),
      codec,
    )
    const eventTimeMs = event_time ?? received_at
    return forward(frameOf({ eventTimeMs, tag: tagOf(cluster, service), host }, source, payloadAt))
  } catch (error) {
    return reject(error instanceof UnknownSchemaError ? 'unknown_schema' : 'undecodable', reasonOf(error))
  }
}

/** A frame that is longer than the output takes is rejected; every other outcome stays what it is. */
export function within(
  outcome: Outcome<Frame>,
  maxBytes: number | undefined,
  output: string,
): Outcome<Frame> {
  if (maxBytes === undefined || outcome.kind !== 'forward' || outcome.value.length <= maxBytes) return outcome
  return reject(
    'too_large',
    `The event has ${outcome.value.length} bytes with its header, and output ${output} takes ${maxBytes} (max_event_bytes).`,
  )
}
