// A record of one of podpipe's topics as a person or a program reads it. Pure.

import { isUtf8 } from 'node:buffer'
import type { KafkaRecord } from '@podpipe/runtime/kafka/read/record.ts'
import { countSeenIds } from '@podpipe/schemas/seen-ids.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'
import type { Stage } from './stages.ts'

/** What is shown of a record: where it lies, what its fields say, and the bytes that it carries. */
export interface Shown {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** When the broker appended the raw record, RFC 3339. */
  readonly time: string
  readonly fields: Readonly<Record<string, string | number | null>>
  /** What Proofpoint sent; undefined for a block of the ledger. */
  readonly bytes?: Buffer
}

/** How records of a topic are read. */
export type Show = (record: KafkaRecord) => Shown

/** @returns undefined for a kind of event that is not of these topics */
export function showOf(stage: Stage, service: string, topics: Topics): { topic: string; show: Show } {
  switch (stage) {
    case 'raw': {
      const { name, codec } = topics.raw(service)
      return {
        topic: name,
        show: decoded(
          codec,
          ({ cluster, mode, identity, event_time }, { key }) => ({
            cluster,
            service,
            id: key?.toString() ?? null,
            identity,
            mode,
            event_time: timeOf(event_time),
          }),
          value => value.frame,
        ),
      }
    }
    case 'unique': {
      const { name, codec } = topics.unique(service)
      return {
        topic: name,
        show: decoded(
          codec,
          ({ cluster, id, event_time, raw_partition, raw_offset }) => ({
            cluster,
            service,
            id,
            event_time: timeOf(event_time),
            raw: `${raw_partition}/${raw_offset}`,
          }),
          value => value.payload,
        ),
      }
    }
    case 'seen': {
      const { name, codec } = topics.seen(service)
      return {
        topic: name,
        show: decoded(
          codec,
          ({ next_offset, decided, unique, duplicate, rejected, ids }) => ({
            service,
            next_offset,
            decided,
            unique,
            duplicate,
            rejected,
            ids: countSeenIds(ids),
          }),
          () => undefined,
        ),
      }
    }
    case 'rejected': {
      const { name, codec } = topics.rejected
      return {
        topic: name,
        show: decoded(
          codec,
          ({ reason, error, topic, partition, offset }) => ({
            reason,
            error,
            origin: `${topic} ${partition}/${offset}`,
          }),
          value => value.bytes,
        ),
      }
    }
  }
}

function decoded<Value>(
  codec: { decode(bytes: Buffer): Value },
  fieldsOf: (value: Value, record: KafkaRecord) => Shown['fields'],
  bytesOf: (value: Value) => Buffer | undefined,
): Show {
  return record => {
    const { topic, partition, offset, timestamp } = record
    const place = { topic, partition, offset, time: new Date(timestamp).toISOString() }
    const raw = record.value ?? Buffer.alloc(0)
    let value: Value
    try {
      value = codec.decode(raw)
    } catch (error) {
      // It is in the topic, so it is shown.
      return {
        ...place,
        fields: { undecodable: error instanceof Error ? error.message : String(error) },
        bytes: raw,
      }
    }
    const bytes = bytesOf(value)
    return { ...place, fields: fieldsOf(value, record), ...(bytes !== undefined && { bytes }) }
  }
}

const timeOf = (time: number | null): string | null =>
  time === null || !Number.isFinite(new Date(time).getTime()) ? null : new Date(time).toISOString()

/** Bytes as they stand in JSON: as text where they are that. */
export const payloadOf = (bytes: Buffer | undefined): { payload?: string; payload_base64?: string } => {
  if (bytes === undefined) return {}
  return isUtf8(bytes) ? { payload: bytes.toString() } : { payload_base64: bytes.toString('base64') }
}

/**
 * Whether a record is asked for: `id=…` compares the id, any other text is looked for in the bytes.
 * @param match undefined takes all
 */
export function isAskedFor({ fields, bytes }: Shown, match: string | undefined): boolean {
  if (match === undefined) return true
  return match.startsWith('id=') ? fields.id === match.slice(3) : (bytes?.includes(match) ?? false)
}
