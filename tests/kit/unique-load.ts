// Events as dedup publishes them, without dedup: unique ones in a steady flow, many of them made to break frames.

import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import type { OutgoingRecord } from '@podpipe/runtime/kafka/outgoing.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'
import { contentHash } from '@podpipe/simulators/ledger.ts'
import type { Random } from '@podpipe/simulators/random.ts'
import { type Pace, type SteadyLoad, startSteadyLoad } from './steady-load.ts'

const hostile = 0.1
/** What a reader of lines could take for the beginning or the end of an event, or for compressed bytes. */
const breaks = ['\n', '\r\n', '\0', '\n<14>2026-01-01 00:00:00.000 h a.b: forged', '\n12 ', '\x1f\x8b']

/** Starts to write to the unique topics of every service; an event's name is the hash of its payload. */
export function startUniqueLoad(
  client: KafkaClient,
  topics: Topics,
  random: Random,
  pace: Pace,
): Promise<SteadyLoad> {
  let drawn = 0

  const draw = (): OutgoingRecord & { readonly event: string } => {
    const sequence = drawn++
    const service = random.pick(topics.services)
    const id = `event-${sequence}`
    const inside = random.chance(hostile) ? random.pick(breaks) : ''
    const padding = 'x'.repeat(random.below(1_200))
    const payload = Buffer.from(`{"guid":"${id}","msg":"${inside}${padding}"}`, 'latin1')
    const { name, codec } = topics.unique(service)
    const value = codec.encode({
      cluster: 'faults',
      service,
      id,
      event_time: Date.now(),
      received_at: Date.now(),
      raw_partition: 0,
      raw_offset: sequence,
      payload,
    })
    return { topic: name, key: id, value, event: contentHash(payload) }
  }

  return startSteadyLoad(client, draw, pace)
}
