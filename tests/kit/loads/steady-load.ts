// Records written to Kafka in a steady flow, and an account of what it has taken. Others say what they are.

import { setTimeout as sleep } from 'node:timers/promises'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import type { OutgoingRecord } from '@podpipe/runtime/kafka/write/outgoing.ts'
import { createProducer } from '@podpipe/runtime/kafka/write/producer.ts'

export interface SteadyLoad {
  /** Records that Kafka has acknowledged. It may hold more: what it did not acknowledge is sent again. */
  readonly sent: number
  /** The different events among them, by name. */
  readonly events: ReadonlySet<string>
  /** Writes no more; resolves when everything is acknowledged. */
  stop(): Promise<void>
  /** Writes no more, and gives up what is not acknowledged; for the end of a test, whatever came of it. */
  abandon(): Promise<void>
}

export interface Pace {
  /** Records of one send. */
  readonly batch: number
  /** Milliseconds between two sends. */
  readonly pause: number
}

const pauseAfterFailure = 200

/** @param draw makes the next record; `event` names what it brings, if that is an event at all */
export async function startSteadyLoad(
  client: KafkaClient,
  draw: () => OutgoingRecord & { readonly event?: string },
  { batch, pause }: Pace,
): Promise<SteadyLoad> {
  const producer = await createProducer(client)
  const events = new Set<string>()
  let sent = 0
  let stopping = false
  let abandoned = false

  const send = async (records: readonly OutgoingRecord[]): Promise<void> => {
    for (;;) {
      try {
        return await producer.send(records)
      } catch {
        if (abandoned) return
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
    async abandon() {
      stopping = true
      abandoned = true
      await writing
    },
  }
}
