// The live ids of a partition, with their keys: the ledger knows them by fingerprints alone, which say nothing of the
// partition that an id belongs to. Unique has the events themselves, and the ledger says how many there must be.

import type { RangeReader } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { lastRecord } from '@podpipe/runtime/kafka/read/last-record.ts'
import { readRange } from '@podpipe/runtime/kafka/read/read-range.ts'
import { ledgerTime } from '@podpipe/schemas/seen-ids.ts'
import type { Service } from '@podpipe/schemas/service.ts'
import { recover } from '../ledger.ts'
import { endingAt, firstOf, searchPartition } from '../search.ts'
import type { State, Windows } from '../state.ts'
import type { Outputs } from '../unfinished.ts'
import { isLive, type Remembered } from '../window.ts'

/** An id that is still within the longest window. */
export interface LiveId {
  readonly cluster: string
  readonly service: Service
  readonly key: Buffer
  /** What the ledger remembers of it. */
  readonly known: Remembered
}

/** What was found beside them. */
export interface LedgerEnd {
  readonly clocks: State['clocks']
  readonly totals: State['totals']
  /** The first raw offset that is not decided; undefined without a ledger. */
  readonly nextOffset: number | undefined
  /** Why some ids may be missing; undefined when none is. */
  readonly doubt: string | undefined
}

/**
 * Reads them back, in the order of their acceptance. Nobody may write to the partition meanwhile.
 * @param take is given each of them; none is kept here
 */
export async function readLiveIds(
  fetcher: RangeReader,
  { seen, unique }: Outputs,
  windows: Windows,
  take: (id: LiveId) => void,
): Promise<LedgerEnd> {
  const { clocks, totals, nextOffset, blocks } = await recover(fetcher, seen, seen.codec, windows)
  const [oldest] = blocks
  if (oldest === undefined) return { clocks, totals, nextOffset, doubt: undefined }
  const block = await firstOf(fetcher, seen, seen.codec, oldest.offset, oldest.offset + 1)
  if (block === undefined) throw new Error(`${seen.topic} has no block at offset ${oldest.offset}.`)
  const { start } = await fetcher.offsets(seen)
  const previous = await lastRecord(endingAt(fetcher, oldest.offset), seen)
  const before = previous?.value == null ? undefined : seen.codec.decode(previous.value)
  // Everything that was accepted since the oldest live block, by number and by place.
  const expected = totals.unique - (before?.unique ?? 0)
  const found = await readSince(fetcher, unique, before?.next_offset ?? 0, id => {
    if (isLive(id.known, clocks, windows.archive)) take(id)
  })
  const doubt =
    block.value.decided === (before?.decided ?? 0)
      ? `the ids in ${seen.topic} come from an earlier change of the number of partitions, less than a window ago`
      : before === undefined && start > 0
        ? `${seen.topic} begins at offset ${start} by now, and with it the count of what must be there`
        : found !== expected
          ? `${unique.topic} has ${found} events of that time, and the ledger counts ${expected}`
          : undefined
  return { clocks, totals, nextOffset, doubt }
}

/** @returns how many events there are */
async function readSince(
  fetcher: RangeReader,
  unique: Outputs['unique'],
  since: number,
  take: (id: LiveId) => void,
): Promise<number> {
  const { first } = await searchPartition(fetcher, unique, unique.codec, event => event.raw_offset >= since)
  const { end } = await fetcher.offsets(unique)
  let found = 0
  for await (const records of readRange(fetcher, unique, first?.offset ?? end, end)) {
    for (const { key, value, timestamp } of records) {
      if (key === null || value === null) continue
      found++
      const { cluster, service, event_time } = unique.codec.decode(value)
      // The append time of its raw record is its own.
      take({ cluster, service, key, known: { eventTime: ledgerTime(event_time), appendTime: timestamp } })
    }
  }
  return found
}
