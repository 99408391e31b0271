// Changes of a partition's topics beside dedup, such as an audit has to find, and how it is to name them.

import { ok } from 'node:assert/strict'
import { all, type openTopics } from '@podpipe/demo/topic-counts.ts'
import { lastRecord } from '@podpipe/runtime/kafka/read/last-record.ts'
import { writeRecord } from '@podpipe/runtime/kafka/write/write-record.ts'
import type { Event, RawFrame, SeenBlock } from '@podpipe/schemas/records.ts'

export type OpenTopics = Awaited<ReturnType<typeof openTopics>>

/** One partition as somebody who may write to its topics sees it. */
export async function intruder({ topics, client, fetcher }: OpenTopics, service: string, partition: number) {
  const [raw, unique, seen] = [topics.raw(service), topics.unique(service), topics.seen(service)]
  const last = await lastRecord(fetcher, { topic: seen.name, partition })
  ok(last?.value)
  const block = seen.codec.decode(last.value)
  const events: { event: Event; offset: number }[] = []
  for await (const { value, offset } of all(fetcher, unique, partition)) events.push({ event: value, offset })
  const event = events.at(-1)?.event
  ok(event)
  const write = (topic: string, key: string, value: Buffer) =>
    writeRecord(client, { topic, partition, key, value })
  const frame: RawFrame = {
    cluster: event.cluster,
    service,
    connection: 'intruder',
    sequence: 0,
    received_at: Date.now(),
    mode: 'live',
    identity: 'event_id',
    event_time: null,
    frame: Buffer.from('{"guid":"smuggled"}'),
  }
  return {
    block,
    event,
    smuggled: {
      ...event,
      id: 'smuggled',
      event_time: null,
      raw_offset: block.next_offset,
      payload: frame.frame,
    },
    writeRaw: (id: string) => write(raw.name, id, raw.codec.encode(frame)),
    writeUnique: (value: Event) => write(unique.name, value.id, unique.codec.encode(value)),
    /** Appends a block that adds to the last one. */
    writeBlock: (add: Partial<SeenBlock>) => {
      const sum = (total: 'next_offset' | 'decided' | 'unique' | 'duplicate' | 'rejected') =>
        block[total] + (add[total] ?? 0)
      return write(
        seen.name,
        '',
        seen.codec.encode({
          ...block,
          ids: Buffer.alloc(0),
          next_offset: sum('next_offset'),
          decided: sum('decided'),
          unique: sum('unique'),
          duplicate: sum('duplicate'),
          rejected: sum('rejected'),
        }),
      )
    },
  }
}

/** A change beside dedup, and by which topic and words the audit must name it. */
export const tamperings: [
  name: string,
  tamper: (its: Awaited<ReturnType<typeof intruder>>) => Promise<void>,
  stage: 'unique' | 'seen' | 'raw',
  named: RegExp,
  byDeepAlone?: boolean,
][] = [
  [
    'an event in unique that dedup has not written',
    ({ smuggled, writeUnique }) => writeUnique(smuggled),
    'unique',
    /where the ledger .* ends; found raw offset \d+, which no block accounts for/,
  ],
  [
    'an event copied in unique',
    ({ event, writeUnique }) => writeUnique(event),
    'unique',
    /the event stands there twice/,
  ],
  [
    'a block whose totals do not add up',
    async ({ writeRaw, writeBlock }) => {
      await writeRaw('smuggled')
      await writeBlock({ next_offset: 1, decided: 1 })
    },
    'seen',
    /expected decided = unique .*; found decided \d+/,
  ],
  [
    'a raw record that the ledger passes over',
    async ({ writeRaw, writeBlock, event }) => {
      await writeRaw(event.id)
      await writeRaw(event.id)
      await writeBlock({ next_offset: 2, decided: 1, duplicate: 1 })
    },
    'seen',
    /expected 2 decided, .*: 1 were decided by nobody/,
  ],
  [
    'an event that the ledger counts and unique has not',
    async ({ writeRaw, writeBlock }) => {
      await writeRaw('smuggled')
      await writeBlock({ next_offset: 1, decided: 1, unique: 1 })
    },
    'seen',
    /expected 1 in .*; found 0/,
  ],
  [
    'an event with a byte changed',
    async ({ writeRaw, writeUnique, writeBlock, smuggled }) => {
      await writeRaw('smuggled')
      await writeUnique({ ...smuggled, payload: Buffer.from('{"guid":"smugglex"}') })
      await writeBlock({ next_offset: 1, decided: 1, unique: 1 })
    },
    'unique',
    /expected the 19 bytes of raw offset \d+; found 19 bytes that differ from byte 16 on/,
    true,
  ],
  [
    'an event dropped of which there is no other',
    async ({ writeRaw, writeBlock }) => {
      await writeRaw('smuggled')
      await writeBlock({ next_offset: 1, decided: 1, duplicate: 1 })
    },
    'raw',
    /in unique or in rejected, .*; found it is in neither/,
    true,
  ],
  [
    'an event published twice within the window',
    async ({ writeRaw, writeUnique, writeBlock, smuggled }) => {
      for (const raw_offset of [smuggled.raw_offset, smuggled.raw_offset + 1]) {
        await writeRaw('smuggled')
        await writeUnique({ ...smuggled, raw_offset })
      }
      await writeBlock({ next_offset: 2, decided: 2, unique: 2 })
    },
    'unique',
    /expected no event "smuggled" within the window/,
    true,
  ],
]
