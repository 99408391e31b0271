// What is the same for every session of a stream: whom it trusts, its way, pings, pauses while Kafka is behind,
// frames too large.

import { leaveOut } from './oversize.ts'
import type { Parts } from './parts.ts'
import type { Sender } from './sender.ts'
import type { SessionOptions } from './session.ts'

type Flow = Pick<
  SessionOptions,
  'roots' | 'proxy' | 'pingInterval' | 'pauseLimit' | 'isFull' | 'room' | 'onOversize' | 'onPaused'
>

/** The socket is paused above the bound of bytes in flight, and read on below half of it. */
export function flowOf(parts: Parts, sender: Sender, connection: string): Flow {
  const { pingIntervalMs, pauseLimitMs, maxInFlightBytes } = parts.context.config.ingest
  return {
    roots: parts.roots(),
    proxy: parts.settings.proxy,
    pingInterval: pingIntervalMs,
    pauseLimit: pauseLimitMs,
    isFull: () => sender.pendingBytes > maxInFlightBytes,
    room: () => sender.below(maxInFlightBytes / 2),
    onPaused: ms => parts.context.metrics.pausedSeconds.inc(parts.labels, ms / 1_000),
    onOversize: frame => leaveOut(parts, connection, frame),
  }
}
