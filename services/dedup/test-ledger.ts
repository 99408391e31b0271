// For tests: a partition of dedup without Kafka. Batches are decided and applied as the task does it, and the
// ledger can be read back as after a crash.

import type { DedupSettings } from '@podpipe/runtime/config/config.ts'
import type { Batch } from '@podpipe/runtime/consume/work.ts'
import type { TopicPartition } from '@podpipe/runtime/kafka/group/assigner.ts'
import type { RangeReader } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { createReader } from '@podpipe/runtime/kafka/read/reader.ts'
import type { KafkaRecord } from '@podpipe/runtime/kafka/read/record.ts'
import { type Mode, rawFrameCodec, type SeenBlock, seenBlockCodec } from '@podpipe/schemas/records.ts'
import type { Service } from '@podpipe/schemas/service.ts'
import { blockOf } from './batch.ts'
import { type Accepted, decide, nothingPending, type Pending } from './decide.ts'
import { recover } from './ledger.ts'
import { createLookAhead } from './look-ahead.ts'
import { applyBlock, createState, type State, type Windows } from './state.ts'

export interface Arrival {
  readonly id: string
  /** Milliseconds since 1970; null for an event without time. */
  readonly eventTime: number | null
  readonly appendTime: number
  readonly mode: Mode
  /** It is no JSON object. */
  readonly unreadable?: boolean
  /** Left out, they are the same for all. */
  readonly cluster?: string
  readonly service?: Service
  readonly frame?: string
}

export function rawRecord(
  { id, eventTime, appendTime, mode, unreadable, cluster, service, frame }: Arrival,
  offset: number,
): KafkaRecord {
  return {
    topic: 'raw',
    partition: 0,
    offset,
    timestamp: appendTime,
    key: Buffer.from(id),
    value: rawFrameCodec.encode({
      cluster: cluster ?? 'acme',
      service: service ?? 'message',
      connection: 'x',
      sequence: offset,
      received_at: appendTime,
      mode,
      identity: unreadable ? 'unreadable' : 'event_id',
      event_time: eventTime,
      frame: Buffer.from(frame ?? '{}'),
    }),
  }
}

export interface TestLedger {
  readonly blocks: { readonly offset: number; readonly block: SeenBlock }[]
  /** Decides a batch and commits it. */
  commit(arrivals: readonly Arrival[]): Batch<Accepted>
  /** The state that has been kept up so far. */
  readonly state: State
  /** The state that is read back from the ledger. */
  recovered(): Promise<State>
  /** Goes on with what is read back. */
  crash(): Promise<void>
}

const seen: TopicPartition = { topic: 'seen', partition: 0 }

/** @param markers offsets between two blocks: one for a commit, more for aborted transactions */
export function createLedger(
  windows: Windows,
  markers: () => number = () => 1,
  variants: DedupSettings['variants'] = 'reject',
): TestLedger {
  const blocks: TestLedger['blocks'] = []
  let state = createState(windows)
  let ahead = createLookAhead(state)
  let end = 0
  let rawOffset = 0

  const fetcher: RangeReader = {
    offsets: async () => ({ start: 0, end }),
    open(place, from) {
      const reader = createReader(
        place,
        from,
        () => undefined,
        () => undefined,
      )
      const records = blocks
        .filter(({ offset }) => offset >= from)
        .map(({ offset, block }) => ({
          ...place,
          offset,
          timestamp: 0,
          key: null,
          value: seenBlockCodec.encode(block),
        }))
      reader.push({ records, nextOffset: end, end, bytes: 0 })
      return reader
    },
  }
  let pending: Pending | undefined
  const recovered = (): Promise<State> => recover(fetcher, seen, seenBlockCodec, windows)

  return {
    blocks,
    get state() {
      return state
    },
    commit(arrivals) {
      // One after the other in the same memory, as a task has them.
      const now = nothingPending(state, pending)
      pending = now
      const records = arrivals.map(arrival => rawRecord(arrival, rawOffset++))
      ahead.begin(records)
      const decided = records.map(record => ({
        record,
        outcome: decide(record, state, now, rawFrameCodec, variants, ahead),
      }))
      const batch = { decided, nextOffset: rawOffset }
      const written = { offset: end, block: blockOf(batch, state, now.clocks) }
      blocks.push(written)
      end += 1 + markers()
      applyBlock(state, written.block, written.offset)
      return batch
    },
    recovered,
    async crash() {
      state = await recovered()
      ahead = createLookAhead(state)
    },
  }
}
