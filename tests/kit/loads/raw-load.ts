// Records as ingest writes them, without Proofpoint: new events, copies of earlier ones and junk, in a steady flow.

import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import type { OutgoingRecord } from '@podpipe/runtime/kafka/write/outgoing.ts'
import type { Service } from '@podpipe/schemas/service.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'
import type { Random } from '@podpipe/simulators/random.ts'
import { type Pace, type SteadyLoad, startSteadyLoad } from './steady-load.ts'

const copies = 0.2
const junk = 0.01
/** How far back a copy may lie, in events: near enough for the window, and now and then for the same transaction. */
const reach = [20, 2_000] as const

interface Known {
  readonly id: string
  readonly time: number
}

/** Starts to write to the raw topics of every service; events bear the name service/id. */
export function startRawLoad(
  client: KafkaClient,
  topics: Topics,
  random: Random,
  pace: Pace,
): Promise<SteadyLoad> {
  const known = new Map<Service, Known[]>(topics.services.map(service => [service, []]))
  let drawn = 0

  const draw = (): OutgoingRecord & { readonly event?: string } => {
    const sequence = drawn++
    const service = random.pick(topics.services)
    const isJunk = random.chance(junk)
    const earlier = known.get(service) ?? []
    const back = 1 + random.below(random.pick(reach))
    const copy = random.chance(copies) ? earlier.at(-back) : undefined
    const { id, time } = copy ?? { id: `event-${sequence}`, time: Date.now() }
    if (copy === undefined && !isJunk) earlier.push({ id, time })
    const { name, codec } = topics.raw(service)
    const value = codec.encode({
      cluster: 'faults',
      service,
      connection: 'load',
      sequence,
      received_at: Date.now(),
      mode: 'live',
      identity: isJunk ? 'unreadable' : 'event_id',
      event_time: isJunk ? null : time,
      frame: Buffer.from(isJunk ? `junk ${sequence}` : JSON.stringify({ guid: id })),
    })
    const record = { topic: name, key: isJunk ? `junk-${sequence}` : id, value }
    return isJunk ? record : { ...record, event: `${service}/${id}` }
  }

  return startSteadyLoad(client, draw, pace)
}
