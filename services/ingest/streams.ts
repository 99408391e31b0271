// Which streams this process runs: those of the configuration whose key falls into a partition of the positions topic that
// it owns. Owning the partition is the right to the session, so two replicas never fight over one API key.

import { hostname } from 'node:os'
import { sessionBasis } from '@podpipe/runtime/config/changes.ts'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { type Keys, keysOfCollector, readKeysAnew } from '@podpipe/runtime/config/keys.ts'
import { reasonOf } from '@podpipe/runtime/errors.ts'
import type { HistoryWriter } from '@podpipe/runtime/history/writer.ts'
import { joinGroup } from '@podpipe/runtime/kafka/group/group.ts'
import type { PlainProducer } from '@podpipe/runtime/kafka/write/producer.ts'
import type { Context } from '@podpipe/runtime/service.ts'
import { tellTrouble } from '@podpipe/runtime/told-trouble.ts'
import { groupOf, sessionKeyOf } from '@podpipe/schemas/names.ts'
import { createApiKeys } from './api-keys.ts'
import { createDiary, type Diary } from './diary/diary.ts'
import { type SessionsStatus, sessionStatusOf } from './diary/status.ts'
import { partitionOf } from './position.ts'
import { pace } from './schedule.ts'
import { runStream, type Stream } from './stream.ts'

/** A stream that the configuration asks for. */
interface Wanted {
  readonly stream: Stream
  readonly key: string
  readonly partition: number
  /** While this stays the same, so does the session, whatever else in the configuration changes. */
  readonly basis: string
}

/** A stream that runs here. */
interface Running {
  readonly stop: AbortController
  readonly done: Promise<void>
  readonly basis: string
  readonly diary: Diary
}

/** Runs the streams that are ours, as ownership and configuration move, until the stop signal fires. */
export async function runStreams(
  context: Context,
  producer: PlainProducer,
  history: HistoryWriter,
): Promise<void> {
  const { client, config, live, topics, log, stop, readiness, clock } = context
  const running = new Map<string, Running>()
  const replica = `${hostname()}:${process.pid}`
  const failed = Promise.withResolvers<void>()
  // Also before anybody waits for it, in the middle of joining; and so that the stop budget bounds this end too.
  failed.promise.catch(error => stop.request(reasonOf(error)))
  let owned: ReadonlySet<number> = new Set()
  let wanted = wantedOf(live.current, context)

  /** Ends what is no longer ours or no longer asked for, and begins what is; everything else is left as it is. */
  const settle = (): void => {
    const mine = new Map(
      wanted.flatMap(each => (owned.has(each.partition) && !stop.signal.aborted ? [[each.key, each]] : [])),
    )
    for (const [key, { stop: stopping, basis }] of running) {
      if (mine.get(key)?.basis !== basis) stopping.abort()
    }
    for (const [key, { stream, basis }] of mine) {
      const current = running.get(key)
      if (current !== undefined && !current.stop.signal.aborted) continue
      // A stream that comes back while its last session is still closing waits for it: Proofpoint would
      // answer 409 to our own second session.
      const stopping = new AbortController()
      const diary = createDiary(key, replica, history, clock)
      const done = (current?.done ?? Promise.resolve())
        .then(() => runStream(stream, context, producer, stopping.signal, pace, diary))
        .finally(() => {
          if (running.get(key)?.stop === stopping) running.delete(key)
          readiness.set(key, undefined)
        })
      done.catch(failed.reject)
      running.set(key, { stop: stopping, done, basis, diary })
    }
  }

  readiness.describe(
    'sessions',
    (): SessionsStatus => ({
      replica,
      sessions: wanted.map(({ key, stream: { input, service } }) => {
        const run = running.get(key)?.diary
        const stream = { name: key, input: input.name, cluster: input.cluster, service: service.service }
        return sessionStatusOf(stream, run && { state: run.state, coverage: run.coverage() })
      }),
    }),
  )

  const groupId = groupOf(config.kafka.prefix, 'ingest')
  const group = await joinGroup({
    client,
    groupId,
    topics: [topics.positions.name],
    log,
    signal: stop.signal,
    onFailed: failed.reject,
    tell: tellTrouble(`group ${groupId}`, context),
    onAssigned: partitions => {
      owned = new Set(partitions.map(({ partition }) => partition))
      settle()
    },
  })

  if (group === undefined) return
  live.onChange(now => {
    wanted = wantedOf(now, context)
    settle()
  })
  // It may have changed while the group was being joined.
  wanted = wantedOf(live.current, context)
  settle()
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

function wantedOf(config: PodpipeConfig, { topics, log, live }: Context): Wanted[] {
  return config.inputs
    .filter(({ enabled }) => enabled)
    .flatMap(input => {
      const read = (): Keys =>
        input.collector === undefined
          ? readKeysAnew(config.files, process.env, input)
          : keysOfCollector(live.current, input)
      const keys = createApiKeys(input.name, input, read, log)
      return input.services.map(service => {
        const key = sessionKeyOf(input.cluster, service.service)
        const partition = partitionOf(key, topics.positions.partitions)
        return { stream: { input, service, keys }, key, partition, basis: sessionBasis(input, service) }
      })
    })
}
