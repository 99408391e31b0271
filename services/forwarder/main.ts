// forwarder: unique events to every configured output, committed only on evidence from the peer.
//
// in       pod.unique.<service>, once for each output
// out      Devo over mutual TLS
// state    the committed offsets of the output's consumer group
// failure  what was not confirmed is sent again; a double is possible, a loss is not

import { createProducer } from '@podpipe/runtime/kafka/producer.ts'
import type { Service } from '@podpipe/runtime/service.ts'
import { runOutput } from './run-output.ts'

export const forwarder: Service = async context => {
  const rejects = await createProducer(context.client)
  try {
    await Promise.all(context.config.outputs.map(output => runOutput(output, context, rejects)))
  } finally {
    await rejects.close()
  }
}
