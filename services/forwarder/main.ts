// forwarder: unique events to every configured output, committed only on evidence from the peer.
//
// in       pod.unique.<service>, once for each output
// out      Devo over mutual TLS, receivers on plain TCP, the standard output
// state    the committed offsets of the output's consumer group
// failure  what was not confirmed is sent again; a double is possible, a loss is not

import { createProducer } from '@podpipe/runtime/kafka/write/producer.ts'
import type { Service } from '@podpipe/runtime/service.ts'
import { runOutputs } from './outputs.ts'

export const forwarder: Service = async context => {
  const rejects = await createProducer(context.client)
  try {
    await runOutputs(context, rejects)
  } finally {
    await rejects.close()
  }
}
