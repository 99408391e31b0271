// A decided batch to the records of its transaction. Pure.

import { rejectedRecord } from '@podpipe/runtime/consume/rejected.ts'
import type { Batch } from '@podpipe/runtime/consume/work.ts'
import type { KafkaRecord } from '@podpipe/runtime/kafka/read/record.ts'
import type { OutgoingRecord } from '@podpipe/runtime/kafka/write/outgoing.ts'
import type { Codec } from '@podpipe/schemas/codec.ts'
import type { RawFrame, SeenBlock } from '@podpipe/schemas/records.ts'
import { packSeenIds, type SeenId } from '@podpipe/schemas/seen-ids.ts'
import type { Service } from '@podpipe/schemas/service.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'
import type { Accepted } from './decide.ts'
import type { State, Totals } from './state.ts'
import { uniqueRecord } from './unique-record.ts'
import type { Clocks } from './window.ts'

/** The totals after a batch. */
export function totalsAfter(
  { decided, unique, duplicate, rejected }: Totals,
  batch: Batch<Accepted>,
): Totals {
  const counted = { forward: 0, drop: 0, reject: 0 }
  for (const { outcome } of batch.decided) counted[outcome.kind]++
  return {
    decided: decided + batch.decided.length,
    unique: unique + counted.forward,
    duplicate: duplicate + counted.drop,
    rejected: rejected + counted.reject,
  }
}

/** The ledger's entry for a batch. */
export function blockOf(batch: Batch<Accepted>, state: State, clocks: Clocks): SeenBlock {
  const ids: SeenId[] = []
  for (const { outcome } of batch.decided) {
    if (outcome.kind !== 'forward') continue
    const { fingerprint, known } = outcome.value
    ids.push({ fingerprint, eventTime: known.eventTime, appendTime: known.appendTime })
  }
  return {
    next_offset: batch.nextOffset,
    oldest_block: state.blocks[0]?.offset ?? -1,
    event_clock: Number.isFinite(clocks.event) ? clocks.event : null,
    append_clock: Number.isFinite(clocks.append) ? clocks.append : null,
    ...totalsAfter(state.totals, batch),
    ids: packSeenIds(ids),
    key: state.key,
  }
}

/**
 * Everything one transaction writes: the unique events, the rejects, and the block that accounts for them.
 * All bear the append time of their raw record, so that a time range means the same in every topic.
 */
export function recordsOf(
  batch: Batch<Accepted>,
  block: SeenBlock,
  service: Service,
  partition: number,
  topics: Topics,
): OutgoingRecord[] {
  const seen = topics.seen(service)
  const last = batch.decided.at(-1)?.record.timestamp
  return [
    ...outcomesOf(batch, service, partition, topics),
    {
      topic: seen.name,
      partition,
      key: null,
      value: seen.codec.encode(block),
      ...(last === undefined ? {} : { timestamp: last }),
    },
  ]
}

/** The unique events and the rejects of a batch. */
export function outcomesOf(
  batch: Batch<Accepted>,
  service: Service,
  partition: number,
  topics: Topics,
): OutgoingRecord[] {
  const records: OutgoingRecord[] = []
  const [raw, unique] = [topics.raw(service), topics.unique(service)]
  for (const { record, outcome } of batch.decided) {
    if (outcome.kind === 'forward') {
      records.push(uniqueRecord(record, outcome.value.key, raw, unique, partition))
    } else if (outcome.kind === 'reject') {
      const frame = frameOf(record, raw.codec)
      records.push(rejectedRecord(topics.rejected, record, outcome, frame))
    }
  }
  return records
}

// The frame as Proofpoint sent it, so that a person can read it and it can be sent again; what podpipe
// cannot open is kept whole.
function frameOf({ value }: KafkaRecord, codec: Codec<RawFrame>): Buffer {
  try {
    return codec.decode(value ?? Buffer.alloc(0)).frame
  } catch {
    return value ?? Buffer.alloc(0)
  }
}
