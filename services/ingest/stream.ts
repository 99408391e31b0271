// One stream of one cluster for as long as this process owns it: its position, live sessions, hours from the
// archive, its position.

import { setTimeout as sleep } from 'node:timers/promises'
import { aborted } from '@podpipe/runtime/abort.ts'
import type { Input, InputService } from '@podpipe/runtime/config/config.ts'
import { reasonOf } from '@podpipe/runtime/errors.ts'
import { forbidden, refusalIn } from '@podpipe/runtime/kafka/refusal.ts'
import type { PlainProducer } from '@podpipe/runtime/kafka/write/producer.ts'
import type { Context } from '@podpipe/runtime/service.ts'
import { tellTrouble } from '@podpipe/runtime/told-trouble.ts'
import { sessionKeyOf } from '@podpipe/schemas/names.ts'
import type { ApiKeys } from './api-keys.ts'
import { coverageOf, obeyStartTime } from './coverage.ts'
import type { Diary } from './diary/diary.ts'
import { beginCounting } from './observe.ts'
import { runWithOneKey } from './one-key.ts'
import type { Parts } from './parts.ts'
import { createPositionWriter, readPosition } from './position.ts'
import { createProgress } from './progress.ts'
import { createRoots } from './roots.ts'
import type { Pace } from './schedule.ts'
import { untilReleased } from './takeover.ts'
import { notBegun } from './troubles.ts'
import { runWithTwoKeys } from './two-keys.ts'

/** What is to be read: one service of one input. */
export interface Stream {
  readonly input: Input
  readonly service: InputService
  readonly keys: ApiKeys
}

const pauseAfterFailure = 1_000

/** Runs until the signal fires; then closes the session, and writes what came before it ended. */
export async function runStream(
  { input, service: settings, keys }: Stream,
  context: Context,
  producer: PlainProducer,
  signal: AbortSignal,
  pace: Pace,
  diary: Diary,
): Promise<void> {
  const { topics, log, readiness, clock } = context
  const labels = { cluster: input.cluster, service: settings.service }
  const sessionKey = sessionKeyOf(input.cluster, settings.service)
  readiness.set(sessionKey, notBegun)
  diary.write({ what: 'taken' })
  const tell = tellTrouble(`position of ${sessionKey}`, context)
  beginCounting(context.metrics, labels)

  const known = await untilReleased(
    () => untilRead(() => readPosition(context.fetcher, topics.positions, sessionKey)),
    signal,
    clock,
  )
  if (signal.aborted) return diary.write({ what: 'released' })
  const positions = createPositionWriter({ producer, topic: topics.positions, sessionKey, log, tell })
  const coverage = obeyStartTime(coverageOf(known), settings.startTime, settings.startAt, clock.now())
  const progress = createProgress(coverage, labels, positions, context, diary)
  diary.follow(() => progress.coverage)
  const roots = createRoots(settings.ca, log)
  const parts: Parts = {
    context,
    producer,
    input,
    keys,
    roots,
    settings,
    labels,
    sessionKey,
    progress,
    diary,
  }
  try {
    const drained =
      input.backfillApiKey === undefined
        ? await runWithOneKey(parts, signal, pace)
        : await runWithTwoKeys(parts, signal)
    try {
      await drained()
      progress.closed()
    } catch (error) {
      log.error(
        { ...labels, reason: reasonOf(error) },
        'stopped before Kafka had taken every frame; what is missing is fetched from the archive after the next start',
      )
    }
  } finally {
    diary.write({ what: 'released' })
    await positions.close()
  }

  // A topic that cannot be read now is read later; it must not end the streams that run.
  async function untilRead<Value>(read: () => Promise<Value>): Promise<Value | undefined> {
    for (let told = false; !signal.aborted; told = true) {
      try {
        const value = await Promise.race([read(), aborted(signal).then(() => undefined)])
        tell(undefined)
        return value
      } catch (error) {
        const refusal = refusalIn(error)
        if (refusal !== undefined) tell(forbidden(refusal))
        else if (!told) {
          log.warn(
            { ...labels, reason: reasonOf(error) },
            'the position cannot be read; tried again until it can',
          )
        }
        await sleep(pauseAfterFailure, undefined, { signal }).catch(() => undefined)
      }
    }
    return undefined
  }
}
