// A fetcher for commands. A service begins again by itself when Kafka does not answer for some seconds; a command
// would end, and a cluster needs that long to give the partitions of a dead broker to another one.

import { setTimeout as sleep } from 'node:timers/promises'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import { createFetcher, type Fetcher } from '@podpipe/runtime/kafka/fetcher.ts'
import { isPassing } from '@podpipe/runtime/kafka/passing.ts'

const patience = 60_000
const pause = 500

/** Asks for a minute again what passes by itself; records are waited for without limit, as by any fetcher. */
export async function createPatientFetcher(client: KafkaClient): Promise<Fetcher> {
  const fetcher = await createFetcher(client)
  return {
    open: fetcher.open,
    offsets: place => untilAnswered(() => fetcher.offsets(place)),
    edges: (places, edge) => untilAnswered(() => fetcher.edges(places, edge)),
    firstRecord: (place, offset, end) => untilAnswered(() => fetcher.firstRecord(place, offset, end)),
    close: fetcher.close,
  }
}

async function untilAnswered<Answer>(question: () => Promise<Answer>): Promise<Answer> {
  for (const until = performance.now() + patience; ; ) {
    try {
      return await question()
    } catch (error) {
      if (!isPassing(error) || performance.now() > until) throw error
      await sleep(pause)
    }
  }
}
