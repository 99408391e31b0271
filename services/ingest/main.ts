// ingest: Proofpoint's WebSocket streams into the raw topics, every frame as it came.
//
// in       one session for each cluster and service
// out      pod.raw.<service>, keyed by event id
// state    pod.positions, written behind Kafka's acknowledgement
// failure  sessions are opened again for ever; frames are kept until Kafka has them

import { createProducer } from '@podpipe/runtime/kafka/producer.ts'
import type { Service } from '@podpipe/runtime/service.ts'
import { runStreams } from './streams.ts'

export const ingest: Service = async context => {
  const producer = await createProducer(context.client)
  try {
    await runStreams(context, producer)
  } finally {
    await producer.close()
  }
}
