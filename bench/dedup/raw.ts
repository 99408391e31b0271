// The raw topic of the measurement: message events of a usual size as ingest writes them, and every tenth record a
// copy of one not long before it.

import { type RawRecord, toRecord } from '@podpipe/ingest/to-record.ts'
import { createProducer } from '@podpipe/runtime/kafka/write/producer.ts'
import { kindOf } from '@podpipe/schemas/service.ts'
import { eventOf, usualEvents } from '../message-events.ts'
import type { Outside } from './topics.ts'

/** What raw holds. */
export interface RawFacts {
  readonly records: number
  /** How many different ids they have. */
  readonly ids: number
  /** Of an event as Proofpoint sends it, on average. */
  readonly frameBytes: number
}

const service = 'message'
const copyEvery = 10
/** How far back the record lies at most that is copied. */
const furthest = 997
const batchRecords = 1_000

/** Makes the records; the same ones for the same time. */
export function* rawRecords(count: number, time: number): Generator<RawRecord, void, undefined> {
  const bodies = usualEvents(time)
  const latest: Buffer[] = []
  for (let sequence = 0; sequence < count; sequence++) {
    const isCopy = sequence % copyEvery === copyEvery - 1
    const back = 1 + ((sequence * 31) % Math.min(furthest, Math.max(1, sequence)))
    const frame = isCopy ? latest[(sequence - back) % furthest] : eventOf(bodies, sequence)
    if (frame === undefined) throw new Error(`Record ${sequence} is to be a copy of none.`)
    latest[sequence % furthest] = frame
    const origin = { cluster: 'bench_hosted', service, connection: 'bench', receivedAt: time } as const
    yield toRecord(frame, { ...origin, sequence, mode: 'live' }, kindOf(service))
  }
}

/** How many different ids so many records have. */
export const idsAmong = (records: number): number => records - Math.floor(records / copyEvery)

/** Fills the raw topic that `outside` has made. */
export async function fillRaw(outside: Outside, count: number, signal: AbortSignal): Promise<RawFacts> {
  const { client, raw } = outside
  const producer = await createProducer(client)
  let bytes = 0
  try {
    let batch: RawRecord[] = []
    const send = async (): Promise<void> => {
      signal.throwIfAborted()
      await producer.send(
        batch.map(({ key, frame }) => ({ topic: raw.name, key, value: raw.codec.encode(frame) })),
      )
      batch = []
    }
    for (const record of rawRecords(count, Date.now())) {
      bytes += record.frame.frame.length
      if (batch.push(record) === batchRecords) await send()
    }
    if (batch.length > 0) await send()
  } finally {
    await producer.close()
  }
  // What the producer of the raw topics had to send again may stand there twice: more copies, and no other ids.
  const records = await outside.written(raw)
  return { records, ids: idsAmong(count), frameBytes: Math.round(bytes / count) }
}
