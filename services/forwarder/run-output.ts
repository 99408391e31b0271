// One output from Kafka to its peer: a consumer group of its own, so that it has its own offsets and pace.

import type { Output as OutputConfig } from '@podpipe/runtime/config/config.ts'
import { tagOf } from '@podpipe/runtime/config/tag.ts'
import { consume } from '@podpipe/runtime/consume/consume.ts'
import { createFetcher } from '@podpipe/runtime/kafka/fetcher.ts'
import type { PlainProducer } from '@podpipe/runtime/kafka/producer.ts'
import type { Context } from '@podpipe/runtime/service.ts'
import { groupOf } from '@podpipe/schemas/names.ts'
import { observe } from './observe.ts'
import { createDevoOutput } from './output.ts'
import { readTlsMaterial } from './tls-material.ts'
import { wireHost } from './wire.ts'
import { openWork } from './work.ts'

const limits = { maxRecords: 1_000, wait: 20 }

/** Runs an output until the stop signal fires and what was written is confirmed, or the budget is spent. */
export async function runOutput(
  settings: OutputConfig,
  context: Context,
  rejects: PlainProducer,
): Promise<void> {
  const { client, config, topics, log, stop } = context
  const { name, address, port, checkHostname } = settings
  const output = createDevoOutput({
    name,
    address,
    port,
    checkHostname,
    tls: readTlsMaterial(settings),
    limits: config.forwarder,
    log,
  })
  // Frames that wait for room, or for a peer that does not answer, would hold up the stop for ever.
  stop.giveUp.addEventListener('abort', () => void output.close(), { once: true })

  const groupId = groupOf(config.kafka.prefix, `forwarder-${name}`)
  const fetcher = await createFetcher(client)
  const { observer, stopObserving } = observe(output, context)
  try {
    await consume<Buffer>({
      client,
      fetcher,
      groupId,
      topics: topics.services.map(service => topics.unique(service).name),
      open: openWork(context, {
        output,
        groupId,
        fetcher,
        rejects,
        naming: { host: wireHost(config.forwarder.host), tagOf: tagsOf(config.inputs) },
      }),
      limits,
      observer,
      log,
      stop,
      onStopping: () => void output.drain(stop.giveUp),
    })
  } finally {
    stopObserving()
    await output.close()
    await fetcher.close()
  }
}

// An event of a cluster that is no longer configured still has a table at Devo: the vendor's.
function tagsOf(inputs: Context['config']['inputs']): (cluster: string, service: string) => string {
  const tags = new Map<string, string>(
    inputs.flatMap(({ cluster, services: ofInput }) =>
      ofInput.map(({ service, tag }) => [`${cluster}/${service}`, tag]),
    ),
  )
  return (cluster, service) => tags.get(`${cluster}/${service}`) ?? tagOf(service, undefined)
}
