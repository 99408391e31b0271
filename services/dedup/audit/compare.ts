// An event in unique against the raw record that it names, byte for byte. Pure.

import type { KafkaRecord } from '@podpipe/runtime/kafka/read/record.ts'
import type { Event, RawFrame } from '@podpipe/schemas/records.ts'
import { printable } from '../printable.ts'
import type { Fault } from './fault.ts'

/** Whether an event is not what its raw record holds. */
export function differs(
  { key, offset }: KafkaRecord,
  frame: RawFrame,
  event: { readonly key: string | undefined; readonly value: Event },
): Fault | undefined {
  const { value } = event
  const id = key?.toString() ?? ''
  for (const [name, has, bears] of [
    ['key', id, event.key ?? ''],
    ['id', id, value.id],
    ['cluster', frame.cluster, value.cluster],
    ['service', frame.service, value.service],
    ['event_time', frame.event_time, value.event_time],
  ] as const) {
    if (has !== bears) {
      return wrong(`the ${name} of raw offset ${offset}, ${printable(has)}`, printable(bears))
    }
  }
  if (value.payload.equals(frame.frame)) return undefined
  const at = value.payload.findIndex((byte, index) => byte !== frame.frame[index])
  return wrong(
    `the ${frame.frame.length} bytes of raw offset ${offset}`,
    `${value.payload.length} bytes that differ from byte ${at < 0 ? value.payload.length : at} on`,
  )
}

/** A fault of contents. */
export const wrong = (expected: string, found: string): Fault => ({
  expected,
  found,
  advice:
    'Somebody else than dedup has written it, or dedup.window was changed since, or it is a fault of podpipe: find out who may write to the topic, keep the topics, and report it.',
})
