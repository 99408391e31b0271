// forwarder: unique events to every configured output, committed only on evidence from the peer.
//
// in       pod.unique.<service>, once for each output
// out      Devo over mutual TLS, receivers on plain TCP, the standard output
// state    the committed offsets of the output's consumer group
// failure  what was not confirmed is sent again; a double is possible, a loss is not

import { allEnded } from '@podpipe/runtime/all-ended.ts'
import { reasonOf } from '@podpipe/runtime/errors.ts'
import { createProducer } from '@podpipe/runtime/kafka/producer.ts'
import type { Service } from '@podpipe/runtime/service.ts'
import { runOutput } from './run-output.ts'

export const forwarder: Service = async context => {
  const rejects = await createProducer(context.client)
  try {
    const enabled = context.config.outputs.filter(output => output.enabled)
    const running = enabled.map(output => runOutput(output, context, rejects))
    // One output that cannot run ends the service, and with it the others in order: left to themselves they
    // would go on without health, metrics and the connections that are closed now.
    for (const output of running) output.catch(error => context.stop.request(reasonOf(error)))
    await allEnded(running)
  } finally {
    await rejects.close()
  }
}
