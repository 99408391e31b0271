// What is the same for every session of a stream: whom it trusts, its way, pings, pauses while Kafka is behind,
// frames too large.

import type { RawFrame } from '@podpipe/schemas/records.ts'
import { leaveOut } from './oversize.ts'
import type { Parts } from './parts.ts'
import { createSender, type Sender } from './sender.ts'
import type { SessionOptions } from './session.ts'

type Flow = Pick<
  SessionOptions,
  'roots' | 'proxy' | 'pingInterval' | 'pauseLimit' | 'isFull' | 'room' | 'onOversize' | 'onPaused'
>

/** The socket is paused above the bound of bytes in flight, and read on below half of it. */
export function flowOf(parts: Parts, sender: Sender, connection: string): Flow {
  const { live } = parts.context
  const { pingIntervalMs, pauseLimitMs } = live.current.ingest
  const limit = (): number => live.current.ingest.maxInFlightBytes
  return {
    roots: parts.roots(),
    proxy: parts.settings.proxy,
    pingInterval: pingIntervalMs,
    pauseLimit: pauseLimitMs,
    isFull: () => sender.pendingBytes > limit(),
    room: () => sender.below(limit() / 2),
    onPaused: ms => parts.context.metrics.pausedSeconds.inc(parts.labels, ms / 1_000),
    onOversize: frame => leaveOut(parts, connection, frame),
  }
}

/**
 * Takes the frames of a stream's sessions to Kafka, and counts them.
 * @param onAcked called with the last frame that Kafka has, and everything before it
 */
export function senderOf(
  { context: { topics, log, metrics, stop }, producer, labels }: Parts,
  onAcked: (last: RawFrame) => void,
): Sender {
  return createSender({
    producer,
    topic: topics.raw(labels.service),
    log,
    giveUp: stop.giveUp,
    onPending: change => metrics.inFlightBytes.inc(labels, change),
    onAcked(last, count, bytes) {
      metrics.received.inc(labels, count)
      metrics.receivedBytes.inc(labels, bytes)
      onAcked(last)
    },
  })
}
