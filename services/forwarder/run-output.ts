// One output from Kafka to its peer: a consumer group of its own, so that it has its own offsets and pace.

import type { Output as OutputConfig } from '@podpipe/runtime/config/config.ts'
import { consume } from '@podpipe/runtime/consume/consume.ts'
import { createFetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import type { PlainProducer } from '@podpipe/runtime/kafka/write/producer.ts'
import type { Context } from '@podpipe/runtime/service.ts'
import { groupOf } from '@podpipe/schemas/names.ts'
import { namingNow } from './frames/naming.ts'
import { observe } from './observe.ts'
import { openOutput } from './open-output.ts'
import { certificateEnds } from './troubles.ts'
import { openWork } from './work.ts'

// What is read ahead waits in memory; the room of the output is there besides.
const MiB = 1024 * 1024
const limits = { maxRecords: 1_000, wait: 20, ahead: 0.75 * MiB, atOnce: 0.75 * MiB }
// Answers are as large as that as a rule, and a little more, so that the memory of one fits the next.
const requestBytes = 1.5 * MiB - 64 * 1024

/** Runs an output until the stop signal fires and what was written is confirmed, or the budget is spent. */
export async function runOutput(
  settings: OutputConfig,
  context: Context,
  rejects: PlainProducer,
): Promise<void> {
  const { client, config, live, topics, log, stop } = context
  const { name } = settings
  const { output, stopWatching } = openOutput(settings, {
    config,
    log,
    onDays: (file, days) => {
      context.metrics.certificateDays.set({ output: name, file }, days)
      const trouble = certificateEnds(file, days)
      if (trouble !== undefined) context.readiness.set(`${name} ${file}`, trouble)
      else context.readiness.forget(`${name} ${file}`)
    },
  })
  // Frames that wait for room, or for a peer that does not answer, would hold up the stop for ever.
  stop.giveUp.addEventListener('abort', () => void output.close(), { once: true })

  const groupId = groupOf(config.kafka.prefix, `forwarder-${name}`)
  const fetcher = await createFetcher(client, 0, requestBytes)
  const { reports, stopObserving } = observe(output, context)
  try {
    await consume<never>({
      client,
      fetcher,
      groupId,
      consumer: `forwarder-${name}`,
      metrics: context.metrics,
      readiness: context.readiness,
      topics: settings.services.map(service => topics.unique(service).name),
      open: openWork(context, {
        output,
        groupId,
        fetcher,
        rejects,
        reports,
        maxEventBytes: settings.maxEventBytes,
        naming: namingNow(config.forwarder, live),
      }),
      limits,
      observer: { onDelivered: () => () => undefined, onWorking: () => undefined, onGone: () => undefined },
      log,
      stop,
      onStopping: () => void output.drain(stop.giveUp),
    })
  } finally {
    stopObserving()
    stopWatching()
    await output.close()
    await fetcher.close()
  }
}
