// ingest: Proofpoint's WebSocket streams into the raw topics, every frame as it came.
//
// in       one session for each cluster and service
// out      pod.raw.<service>, keyed by event id
// state    pod.positions, written behind Kafka's acknowledgement
// aside    pod.history, where there is one: what sessions meet, for people; nothing waits for it
// failure  sessions are opened again for ever; frames are kept until Kafka has them

import { createHistoryWriter } from '@podpipe/runtime/history/writer.ts'
import { createProducer } from '@podpipe/runtime/kafka/write/producer.ts'
import type { Service } from '@podpipe/runtime/service.ts'
import { runStreams } from './streams.ts'

export const ingest: Service = async context => {
  const producer = await createProducer(context.client)
  const history = createHistoryWriter(context.client, context.topics.history, context)
  try {
    await runStreams(context, producer, history)
  } finally {
    await producer.close()
    await history.close()
  }
}
