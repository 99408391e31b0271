// Which records of the read offsets belong to a replay. Pure.

import type { KafkaRecord } from '@podpipe/runtime/kafka/read/record.ts'

export interface Selection {
  /** Append times of the raw records, which unique bears, in milliseconds since 1970; `to` lies behind the range. */
  readonly from: number
  readonly to: number
  /** Ids of events; none for every event. */
  readonly ids: readonly string[]
}

/**
 * Makes the test. The offsets between two times hold others as well where a broker's clock has stepped back, so the
 * time of each record is looked at. The key of a record is the event's id.
 */
export function selector({ from, to, ids }: Selection): (record: KafkaRecord) => boolean {
  const wanted = new Set(ids)
  return ({ timestamp, key }) =>
    timestamp >= from && timestamp < to && (wanted.size === 0 || (key !== null && wanted.has(key.toString())))
}
