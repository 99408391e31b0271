// One stream of one cluster for as long as this process owns it: position, session after session, position.

import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { aborted } from '@podpipe/runtime/abort.ts'
import { backoff } from '@podpipe/runtime/backoff.ts'
import type { Input, InputService } from '@podpipe/runtime/config/config.ts'
import { reasonOf } from '@podpipe/runtime/errors.ts'
import type { PlainProducer } from '@podpipe/runtime/kafka/producer.ts'
import type { Context } from '@podpipe/runtime/service.ts'
import { UnknownSchemaError, UnreadableRecordError } from '@podpipe/schemas/codec.ts'
import { sessionKeyOf } from '@podpipe/schemas/names.ts'
import type { Position } from '@podpipe/schemas/records.ts'
import { liveAddress } from './address.ts'
import { createPositionWriter, readPosition } from './position.ts'
import { createSender } from './sender.ts'
import { runSession } from './session.ts'
import { afterSession } from './session-end.ts'
import { toRecord } from './to-record.ts'

/** What is to be read: one service of one input. */
export interface Stream {
  readonly input: Input
  readonly service: InputService
}

const hour = 60 * 60 * 1000
const readAgain = { first: 200, longest: 10_000 }

/** Runs sessions until the signal fires; then closes the session, and writes what came before it ended. */
export async function runStream(
  { input, service: { service, url, requestPeriodMs, startTime } }: Stream,
  { config, topics, log, metrics, fetcher, stop, readiness }: Context,
  producer: PlainProducer,
  signal: AbortSignal,
): Promise<void> {
  const labels = { cluster: input.cluster, service }
  const sessionKey = sessionKeyOf(input.cluster, service)
  readiness.set(sessionKey, 'not connected yet')

  const known = await positionOnceKnown()
  if (known !== undefined && Date.now() - known.received_at > hour) {
    log.error(
      {
        ...labels,
        from: new Date(known.received_at).toISOString(),
        to: new Date(Date.now() - hour).toISOString(),
      },
      'this stream was away for more than the hour that Proofpoint keeps; events of the time given may be missing',
    )
  }

  const positions = createPositionWriter({ producer, topic: topics.positions, sessionKey, log })
  const sender = createSender({
    producer,
    topic: topics.raw[service],
    log,
    giveUp: stop.giveUp,
    onAcked: ({ received_at, connection, sequence }, count) => {
      metrics.received.inc(labels, count)
      metrics.inFlightBytes.set(labels, sender.pendingBytes)
      positions.note({ ...labels, received_at, connection, sequence, start_time: startTime ?? null })
    },
  })

  let failures = 0
  let told = ''
  while (!signal.aborted) {
    const connection = randomUUID().slice(0, 8)
    let sequence = 0
    const end = await runSession({
      address: liveAddress(url, input.cluster, service),
      apiKey: input.apiKey,
      pingInterval: config.ingest.pingIntervalMs,
      pauseLimit: config.ingest.pauseLimitMs,
      signal,
      isFull: () => sender.pendingBytes > config.ingest.inFlightBytes,
      room: () => sender.below(config.ingest.inFlightBytes / 2),
      onOpen: () => {
        metrics.sessionUp.set(labels, 1)
        readiness.set(sessionKey, undefined)
        told = ''
        log.info({ ...labels, connection }, 'the session to Proofpoint is open')
      },
      onFrame: frame => {
        sender.add(
          toRecord(frame, {
            ...labels,
            connection,
            sequence: sequence++,
            receivedAt: Date.now(),
            mode: 'live',
          }),
        )
      },
    })
    metrics.sessionUp.set(labels, 0)
    metrics.sessionEnds.inc({ ...labels, kind: end.kind })
    if (end.kind === 'stopped') break

    failures = sequence > 0 ? 1 : failures + 1
    const { wait, level, message } = afterSession(end, failures, requestPeriodMs, Math.random())
    readiness.set(sessionKey, message)
    // One line an episode: the same news again is for whoever looks closer.
    log[told === message ? 'debug' : level](
      { ...labels, connection, frames: sequence, retry_in_ms: wait },
      message,
    )
    told = message
    await sleep(wait, undefined, { signal }).catch(() => undefined)
    // Only while Kafka is behind: each wait for the signal leaves a listener on it.
    const bound = config.ingest.inFlightBytes / 2
    if (sender.pendingBytes > bound) await Promise.race([sender.below(bound), aborted(signal)])
  }

  await sender
    .drained()
    .catch(error =>
      log.error(
        { ...labels, pending_bytes: sender.pendingBytes, reason: reasonOf(error) },
        'stopped before Kafka had taken every frame; what is missing lies between the position and now',
      ),
    )
  await positions.close()

  // Kafka may be away for a moment just when the session is won; that must not end the streams of others. What
  // cannot be decoded stays so, and is thrown.
  async function positionOnceKnown(): Promise<Position | undefined> {
    for (let failures = 1; !signal.aborted; failures++) {
      try {
        return await readPosition(fetcher, topics.positions, sessionKey)
      } catch (error) {
        if (error instanceof UnknownSchemaError || error instanceof UnreadableRecordError) throw error
        log[failures === 1 ? 'warn' : 'debug'](
          { ...labels, reason: reasonOf(error) },
          'the position of a stream cannot be read from Kafka; the session waits until it can',
        )
        await sleep(backoff(failures, readAgain, Math.random()), undefined, { signal }).catch(() => undefined)
      }
    }
    return undefined
  }
}
