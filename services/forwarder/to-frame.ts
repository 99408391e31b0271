// A record of a unique topic to the frame that an output writes. Pure.

import { reasonOf } from '@podpipe/runtime/errors.ts'
import type { KafkaRecord } from '@podpipe/runtime/kafka/record.ts'
import { forward, type Outcome, reject } from '@podpipe/runtime/outcome.ts'
import { type Codec, UnknownSchemaError } from '@podpipe/schemas/codec.ts'
import type { Event } from '@podpipe/schemas/records.ts'
import { frame } from './wire.ts'

/** How the header names things. */
export interface Naming {
  readonly host: string
  /** The Devo tag of an event's cluster and service. */
  readonly tagOf: (cluster: string, service: string) => string
}

/** The frame carries the event's own time; one without any bears the time at which it was received. */
export function toFrame(record: KafkaRecord, codec: Codec<Event>, { host, tagOf }: Naming): Outcome<Buffer> {
  let event: Event
  try {
    event = codec.decode(record.value ?? Buffer.alloc(0))
  } catch (error) {
    return reject(error instanceof UnknownSchemaError ? 'unknown_schema' : 'undecodable', reasonOf(error))
  }
  return forward(
    frame({
      eventTimeMs: event.event_time ?? event.received_at,
      tag: tagOf(event.cluster, event.service),
      host,
      payload: event.payload,
    }),
  )
}

/** A frame that is longer than the output takes is rejected; every other outcome stays what it is. */
export function within(
  outcome: Outcome<Buffer>,
  maxBytes: number | undefined,
  output: string,
): Outcome<Buffer> {
  if (maxBytes === undefined || outcome.kind !== 'forward' || outcome.value.length <= maxBytes) return outcome
  return reject(
    'too_large',
    `The event has ${outcome.value.length} bytes with its header, and output ${output} takes ${maxBytes} (max_event_bytes).`,
  )
}
