// Events as dedup publishes them, without dedup: unique ones, many of them made to break frames.

import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import type { OutgoingRecord } from '@podpipe/runtime/kafka/write/outgoing.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'
import { contentHash } from '@podpipe/simulators/proofpoint/ledger.ts'
import type { Random } from '@podpipe/simulators/random.ts'
import { type Pace, type SteadyLoad, startSteadyLoad } from './steady-load.ts'

const hostile = 0.1
/** What a reader of lines could take for the beginning or the end of an event, or for compressed bytes. */
const breaks = ['\n', '\r\n', '\0', '\n<14>2026-01-01 00:00:00.000 h a.b: forged', '\n12 ', '\x1f\x8b']

/** A record of a unique topic; `event` is the hash of its payload. */
export type UniqueRecord = OutgoingRecord & { readonly event: string }

/**
 * Makes one record after the other, for the topics of every service.
 * @param timeOf the time of an event by its number from 0, and that of its record; default now
 */
export function uniqueRecords(
  topics: Topics,
  random: Random,
  timeOf: (sequence: number) => number = Date.now,
): () => UniqueRecord {
  let drawn = 0
  return () => {
    const sequence = drawn++
    const service = random.pick(topics.services)
    const id = `event-${sequence}`
    const timestamp = timeOf(sequence)
    const inside = random.chance(hostile) ? random.pick(breaks) : ''
    const padding = 'x'.repeat(random.below(1_200))
    const payload = Buffer.from(`{"guid":"${id}","msg":"${inside}${padding}"}`, 'latin1')
    const { name, codec } = topics.unique(service)
    const value = codec.encode({
      cluster: 'faults',
      service,
      id,
      event_time: timestamp,
      received_at: timestamp,
      raw_partition: 0,
      raw_offset: sequence,
      payload,
    })
    return { topic: name, key: id, value, timestamp, event: contentHash(payload) }
  }
}

/** Starts to write to the unique topics in a steady flow. */
export function startUniqueLoad(
  client: KafkaClient,
  topics: Topics,
  random: Random,
  pace: Pace,
): Promise<SteadyLoad> {
  return startSteadyLoad(client, uniqueRecords(topics, random), pace)
}
