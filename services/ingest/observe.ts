// The counters of a stream from its beginning.

import type { Metrics } from '@podpipe/runtime/metrics/metrics.ts'
import type { Parts } from './parts.ts'

/** A counter that is not there yet is no zero: the first event would go unseen by whoever looks at its growth. */
export function beginCounting(metrics: Metrics, labels: Parts['labels']): void {
  const { received, receivedBytes, pausedSeconds, oversize, archiveHours, gapSeconds } = metrics
  for (const counter of [received, receivedBytes, pausedSeconds, oversize, archiveHours, gapSeconds]) {
    counter.inc(labels, 0)
  }
  metrics.sessionUp.set(labels, 0)
  metrics.inFlightBytes.inc(labels, 0)
  for (const mode of ['live', 'archive']) {
    metrics.conflicts.inc({ ...labels, mode }, 0)
    metrics.sessionEnds.inc({ ...labels, mode, reason: 'stopped' }, 0)
  }
}
