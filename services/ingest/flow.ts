// What is the same for every session of a stream: whom it trusts, its way, pings, pauses while Kafka is behind,
// frames too large.

import { tellTrouble } from '@podpipe/runtime/told-trouble.ts'
import { leaveOut } from './oversize.ts'
import type { Parts } from './parts.ts'
import { type Arrived, createSender, type Sender } from './sender.ts'
import type { SessionOptions } from './session.ts'
import { notTaken } from './troubles.ts'

type Flow = Pick<
  SessionOptions,
  'roots' | 'proxy' | 'pingInterval' | 'pauseLimit' | 'isFull' | 'room' | 'onOversize' | 'onPaused'
>

/**
 * Of what a session may take, three quarters are for what waits for Kafka. The rest is for what the process takes to
 * read and send it: a read buffer, compiled code, garbage until it is collected; 10 to 15 MiB were seen under full flow.
 */
export const mostPending = ({ context }: Parts): number => context.live.current.ingest.maxInFlightBytes * 0.75

/** The socket is paused above the bound of bytes that wait for Kafka, and read on below half of it. */
export function flowOf(parts: Parts, sender: Sender, connection: string): Flow {
  const { pingIntervalMs, pauseLimitMs } = parts.context.live.current.ingest
  return {
    roots: parts.roots(),
    proxy: parts.settings.proxy,
    pingInterval: pingIntervalMs,
    pauseLimit: pauseLimitMs,
    isFull: () => sender.pendingBytes > mostPending(parts),
    room: () => sender.below(mostPending(parts) / 2),
    onPaused: ms => parts.context.metrics.pausedSeconds.inc(parts.labels, ms / 1_000),
    onOversize: frame => leaveOut(parts, connection, frame),
  }
}

/**
 * Takes the frames of a stream's sessions to Kafka, and counts them.
 * @param onAcked called with the last frame that Kafka has, and everything before it
 */
export function senderOf(
  { context: { topics, log, metrics, stop, readiness }, producer, labels }: Parts,
  onAcked: (last: Arrived) => void,
): Sender {
  const tell = tellTrouble(`frames of ${labels.cluster}/${labels.service}`, { readiness, log }, labels)
  return createSender({
    producer,
    topic: topics.raw(labels.service),
    giveUp: stop.giveUp,
    onFailing: error => tell(error === undefined ? undefined : notTaken(error)),
    onPending: change => metrics.inFlightBytes.inc(labels, change),
    onAcked(last, count, bytes) {
      metrics.received.inc(labels, count)
      metrics.receivedBytes.inc(labels, bytes)
      onAcked(last)
    },
  })
}
