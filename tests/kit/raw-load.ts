// Records as ingest writes them, without Proofpoint: new events, copies of earlier ones and junk, in a steady flow,
// and an account of what Kafka has taken.

import { setTimeout as sleep } from 'node:timers/promises'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import type { OutgoingRecord } from '@podpipe/runtime/kafka/outgoing.ts'
import { createProducer } from '@podpipe/runtime/kafka/producer.ts'
import type { Service } from '@podpipe/schemas/service.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'
import type { Random } from '@podpipe/simulators/random.ts'

export interface RawLoad {
  /** Records that Kafka has acknowledged. It may hold more: what it did not acknowledge is sent again. */
  readonly sent: number
  /** The different events among them, each as service/id. */
  readonly events: ReadonlySet<string>
  /** Writes no more; resolves when everything is acknowledged. */
  stop(): Promise<void>
}

export interface RawLoadOptions {
  /** Records of one send. */
  readonly batch: number
  /** Milliseconds between two sends. */
  readonly pause: number
}

const copies = 0.2
const junk = 0.01
/** How far back a copy may lie, in events: near enough for the window, and now and then for the same transaction. */
const reach = [20, 2_000] as const
const pauseAfterFailure = 200

interface Known {
  readonly id: string
  readonly time: number
}

/** Starts to write to the raw topics of every service. */
export async function startRawLoad(
  client: KafkaClient,
  topics: Topics,
  random: Random,
  { batch, pause }: RawLoadOptions,
): Promise<RawLoad> {
  const producer = await createProducer(client)
  const known = new Map<Service, Known[]>(topics.services.map(service => [service, []]))
  const events = new Set<string>()
  let [sent, drawn] = [0, 0]
  let stopping = false

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

  const send = async (records: readonly OutgoingRecord[]): Promise<void> => {
    for (;;) {
      try {
        return await producer.send(records)
      } catch {
        await sleep(pauseAfterFailure)
      }
    }
  }

  const write = async (): Promise<void> => {
    while (!stopping) {
      const records = Array.from({ length: batch }, draw)
      await send(records)
      sent += records.length
      for (const { event } of records) if (event !== undefined) events.add(event)
      await sleep(pause)
    }
    await producer.close()
  }
  const writing = write()

  return {
    get sent() {
      return sent
    },
    events,
    async stop() {
      stopping = true
      await writing
    },
  }
}
