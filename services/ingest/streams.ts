// Which streams this process runs: those whose key falls into a partition of the positions topic that it owns.
// Owning the partition is the right to the session, so two replicas never fight over one API key.

import { type Keys, readKeysAnew } from '@podpipe/runtime/config/keys.ts'
import { reasonOf } from '@podpipe/runtime/errors.ts'
import { joinGroup } from '@podpipe/runtime/kafka/group.ts'
import type { PlainProducer } from '@podpipe/runtime/kafka/producer.ts'
import type { Context } from '@podpipe/runtime/service.ts'
import { groupOf, sessionKeyOf } from '@podpipe/schemas/names.ts'
import { createApiKeys } from './api-keys.ts'
import { partitionOf } from './position.ts'
import { pace } from './schedule.ts'
import { runStream, type Stream } from './stream.ts'

/** Runs the streams that are ours, as the ownership moves, until the stop signal fires. */
export async function runStreams(context: Context, producer: PlainProducer): Promise<void> {
  const { client, config, topics, log, stop, readiness } = context
  const streams = streamsOf(context).map(stream => {
    const key = sessionKeyOf(stream.input.cluster, stream.service.service)
    return { stream, key, partition: partitionOf(key, topics.positions.partitions) }
  })
  const running = new Map<string, { stop: AbortController; done: Promise<void> }>()
  const failed = Promise.withResolvers<void>()
  // Also before anybody waits for it, in the middle of joining; and so that the stop budget bounds this end too.
  failed.promise.catch(error => stop.request(reasonOf(error)))

  const group = await joinGroup({
    client,
    groupId: groupOf(config.kafka.prefix, 'ingest'),
    topics: [topics.positions.name],
    log,
    signal: stop.signal,
    onFailed: failed.reject,
    onAssigned: owned => {
      const partitions = new Set(owned.map(({ partition }) => partition))
      for (const { stream, key, partition } of streams) {
        const mine = partitions.has(partition) && !stop.signal.aborted
        const current = running.get(key)
        if (!mine) current?.stop.abort()
        if (!mine || (current !== undefined && !current.stop.signal.aborted)) continue
        // A stream that comes back while its last session is still closing waits for it: Proofpoint would
        // answer 409 to our own second session.
        const stopping = new AbortController()
        const done = (current?.done ?? Promise.resolve())
          .then(() => runStream(stream, context, producer, stopping.signal, pace))
          .finally(() => {
            if (running.get(key)?.stop === stopping) running.delete(key)
            readiness.set(key, undefined)
          })
        done.catch(failed.reject)
        running.set(key, { stop: stopping, done })
      }
    },
  })

  if (group === undefined) return
  if (stop.signal.aborted) failed.resolve()
  stop.signal.addEventListener('abort', () => failed.resolve(), { once: true })
  try {
    await failed.promise
  } finally {
    for (const { stop: stopping } of running.values()) stopping.abort()
    await Promise.allSettled([...running.values()].map(({ done }) => done))
    await group.leave()
  }
}

function streamsOf({ config, log }: Context): Stream[] {
  return config.inputs
    .filter(({ enabled }) => enabled)
    .flatMap(input => {
      const read = (): Keys => readKeysAnew(config.files, process.env, input)
      const keys = createApiKeys(input.name, input, read, log)
      return input.services.map(service => ({ input, service, keys }))
    })
}
