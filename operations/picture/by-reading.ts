// What waits for an output, counted by reading it. An offset does not say how many events lie behind it, for transactions leave
// marks among them; so a gap smaller than the marks that wait would be seen only once nothing waits any more.
//
// The ledger counts up to a raw offset, and each event says which raw record it was made of: so the events behind the committed
// offset that the ledger has counted can be told from those that came since, whatever moves meanwhile. One transaction shows in
// unique before the ledger or behind it; the end is read behind the block, and what is still open there is waited for.

import type { TopicPartition } from '@podpipe/runtime/kafka/group/assigner.ts'
import { closedBy } from '@podpipe/runtime/kafka/read/closed-by.ts'
import type { RangeReader } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { readRange } from '@podpipe/runtime/kafka/read/read-range.ts'
import type { Codec } from '@podpipe/schemas/codec.ts'
import type { Event } from '@podpipe/schemas/records.ts'

/** One partition that waits for one output. */
export interface Waiting {
  /** Output, kind and partition. */
  readonly key: string
  readonly place: TopicPartition
  /** The offset that the output has committed, read before the block. */
  readonly from: number
  /** Behind the last record, read after the block. */
  readonly to: number
  /** The raw offset up to which the block counts. */
  readonly countedTo: number
  /** Events that the output is done with, and events that the block counts. */
  readonly done: number
  readonly unique: number
}

// 2,000 events of a KiB every ten seconds are less than what one viewer of the events costs.
const mostRecords = 2_000
const patienceMs = 1_000

/**
 * Events that are neither done nor wait.
 * @param codec of unique
 * @throws where it cannot be read within a second
 */
export async function missingByReading(
  fetcher: RangeReader,
  codec: Codec<Event>,
  { place, from, to, countedTo, done, unique }: Waiting,
): Promise<number> {
  let waiting = 0
  const patient = closedBy(fetcher, AbortSignal.timeout(patienceMs))
  for await (const records of readRange(patient, place, from, to)) {
    for (const { value } of records)
      if (value !== null && codec.decode(value).raw_offset < countedTo) waiting += 1
  }
  return unique - done - waiting
}

/** Those of a turn: in order, behind the last one of the turn before, as many as are read quickly. Pure. */
export function nextToRead<Each extends Waiting>(all: readonly Each[], last: string): Each[] {
  const small = all.filter(({ from, to }) => to > from && to - from <= mostRecords)
  const at = small.findIndex(({ key }) => key > last)
  const inTurn = at < 0 ? small : [...small.slice(at), ...small.slice(0, at)]
  let records = 0
  return inTurn.filter(({ from, to }) => {
    records += to - from
    return records <= mostRecords
  })
}
