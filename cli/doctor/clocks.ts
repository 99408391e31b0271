// Whether the clocks of ingest's machine and of the brokers agree, by the raw records: each bears the time at which
// ingest had its frame, by its own clock, and the one at which the broker appended it, by the broker's. Pure.

import { bad, type Check, good } from '../check/check.ts'

/** Milliseconds since 1970. */
export interface Stamps {
  readonly received: number
  readonly appended: number
}

/** A frame is on its way for some milliseconds; while Kafka is behind for longer, but hardly for all of the last ones. */
const tolerance = 5_000

/** @param stamps of the newest raw records of every partition */
export function checkClocks(stamps: readonly Stamps[]): Check {
  if (stamps.length === 0)
    return good('clocks', 'nothing has been received yet by which the clocks could be compared')
  // The shortest way says most: what comes on top is waiting.
  const apart = Math.min(...stamps.map(({ received, appended }) => appended - received))
  if (Math.abs(apart) <= tolerance)
    return good(
      'clocks',
      `the brokers' clock and that of ingest are at most ${seconds(Math.abs(apart))} apart`,
    )
  const how =
    apart < 0
      ? `the brokers' clock is ${seconds(-apart)} behind that of ingest`
      : `the brokers' clock is up to ${seconds(apart)} ahead of that of ingest, unless each of the last frames waited so long for Kafka`
  return bad(
    'clocks',
    `${how}; lag and delay are wrong by that, and a window that spans a correction is too. Let NTP (chrony, systemd-timesyncd) set the clocks of all machines`,
  )
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(ms < 10_000 ? 2 : 0)} s`
