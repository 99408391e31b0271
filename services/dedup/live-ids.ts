// The live ids of a partition, with their keys: the ledger knows them by fingerprints alone, which say nothing of the
// partition that an id belongs to. Unique has the events themselves, and the ledger says how many there must be.

import type { RangeReader } from '@podpipe/runtime/kafka/fetcher.ts'
import { lastRecord } from '@podpipe/runtime/kafka/last-record.ts'
import { readRange } from '@podpipe/runtime/kafka/read-range.ts'
import type { KafkaRecord } from '@podpipe/runtime/kafka/record.ts'
import { type Event, rawFrameCodec } from '@podpipe/schemas/records.ts'
import { type Accepted, decide, nothingPending } from './decide.ts'
import { recover } from './ledger.ts'
import { endingAt, firstOf, searchPartition } from './search.ts'
import { createState, type State, type Windows } from './state.ts'
import type { Outputs } from './unfinished.ts'
import { isLive } from './window.ts'

/** An id that is still within the longest window. */
export interface LiveId {
  readonly key: Buffer
  readonly record: KafkaRecord
  /** What the ledger remembers of it, under a fingerprint of another key; the event is without its payload. */
  readonly accepted: Accepted
}

export interface LiveIds {
  /** What the task of the partition knows. */
  readonly state: State
  /** In the order of their acceptance. */
  readonly ids: readonly LiveId[]
  /** Why some may be missing; undefined when none is. */
  readonly doubt: string | undefined
}

/** Reads them back. Nobody may write to the partition meanwhile. */
export async function liveIdsOf(
  fetcher: RangeReader,
  { seen, unique }: Outputs,
  windows: Windows,
): Promise<LiveIds> {
  const state = await recover(fetcher, seen, seen.codec, windows)
  const [oldest] = state.blocks
  if (oldest === undefined) return { state, ids: [], doubt: undefined }
  const block = await firstOf(fetcher, seen, seen.codec, oldest.offset, oldest.offset + 1)
  if (block === undefined) throw new Error(`${seen.topic} has no block at offset ${oldest.offset}.`)
  const { start } = await fetcher.offsets(seen)
  const previous = await lastRecord(endingAt(fetcher, oldest.offset), seen)
  const before = previous?.value == null ? undefined : seen.codec.decode(previous.value)
  // Everything that was accepted since the oldest live block, by number and by place.
  const expected = state.totals.unique - (before?.unique ?? 0)
  const since = before?.next_offset ?? 0
  const { ids, found } = await readSince(fetcher, unique, since, state)
  const doubt =
    block.value.decided === (before?.decided ?? 0)
      ? `the ids in ${seen.topic} come from an earlier change of the number of partitions, less than a window ago`
      : before === undefined && start > 0
        ? `${seen.topic} begins at offset ${start} by now, and with it the count of what must be there`
        : found !== expected
          ? `${unique.topic} has ${found} events of that time, and the ledger counts ${expected}`
          : undefined
  return { state, ids, doubt }
}

async function readSince(
  fetcher: RangeReader,
  unique: Outputs['unique'],
  since: number,
  { clocks, windows }: State,
): Promise<{ ids: LiveId[]; found: number }> {
  const { first } = await searchPartition(fetcher, unique, unique.codec, event => event.raw_offset >= since)
  const { end } = await fetcher.offsets(unique)
  const ids: LiveId[] = []
  let found = 0
  // Nothing is known to it, so it lets everything through, and says what the ledger remembers of it.
  const empty = createState(windows)
  for await (const records of readRange(fetcher, unique, first?.offset ?? end, end)) {
    for (const { key, value, ...place } of records) {
      if (key === null || value === null) continue
      found++
      const record = asRaw({ ...place, key, value: null }, unique.codec.decode(value))
      const outcome = decide(record, empty, nothingPending(empty), rawFrameCodec)
      if (outcome.kind !== 'forward' || !isLive(outcome.value.known, clocks, windows.archive)) continue
      ids.push({ key, record: { ...record, value: null }, accepted: outcome.value })
    }
  }
  return { ids, found }
}

// As it was in raw, save for what does not matter to the window. Its time is the append time of its raw record.
function asRaw(record: KafkaRecord, { cluster, service, event_time, received_at }: Event): KafkaRecord {
  return {
    ...record,
    value: rawFrameCodec.encode({
      cluster,
      service,
      connection: '',
      sequence: 0,
      received_at,
      mode: 'live',
      identity: 'event_id',
      event_time,
      frame: Buffer.alloc(0),
    }),
  }
}
