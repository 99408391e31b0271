// The vocabulary of the consume loop: what a service has to say about one partition.

import type { TopicPartition } from '../kafka/group/assigner.ts'
import type { KafkaRecord } from '../kafka/read/record.ts'
import type { Outcome } from '../outcome.ts'

/** The heart of a service: the fate of one record, decided without I/O and without a clock. */
export type Decide<Value> = (record: KafkaRecord) => Outcome<Value>

/** A record with its fate. */
export interface Decided<Value> {
  readonly record: KafkaRecord
  readonly outcome: Outcome<Value>
}

/** Records of one partition, decided in order, and where to read on behind them. */
export interface Batch<Value> {
  readonly decided: readonly Decided<Value>[]
  readonly nextOffset: number
}

/** A batch as it is handed over, with all of its records. */
export interface TakenBatch<Value> extends Batch<Value> {
  readonly records: readonly KafkaRecord[]
}

/** What delivering a batch gives back: the acknowledgement travels with the batch, not beside it. */
export interface Delivery {
  /** Resolves once there is evidence that the whole batch has arrived; rejects when that will never come. */
  readonly confirmed: Promise<void>
  /** Tells of it; called once it is confirmed and remembered. */
  readonly report?: () => void
}

/**
 * The work on one partition, from the moment it is owned until it is lost or something fails.
 * After a failure it is closed and opened again: whatever was not confirmed is read and decided anew.
 */
export interface Work<Value> {
  /** The first offset that is not done yet. */
  readonly from: number
  /** How many batches may be on their way unconfirmed. 1 where deciding needs to remember the batch before. */
  readonly inFlight: number
  /** More may be, while they hold fewer records than this; default 0. */
  readonly inFlightRecords?: number
  /**
   * From when on nobody needs anything of a batch's records: their memory is then used for others, and a part of them
   * that somebody has kept would become something else. Left out, the collector decides.
   */
  readonly letsRecordsGo?: 'delivered' | 'remembered'
  /** Rejects when the work cannot go on, although nothing of it is on its way: it is closed and opened again then. */
  readonly broken?: Promise<never>
  /** Told the records of a batch before they are decided one by one. */
  foresee?(records: readonly KafkaRecord[]): void
  /** Left out where records are decided together, when they are delivered; then nothing stands in `decided`. */
  readonly decide?: Decide<Value>
  /**
   * Takes a batch over; resolves when there is room for the next one.
   * @param stopping fires when the partition is given up: whoever waits for room then waits no longer
   */
  deliver(batch: TakenBatch<Value>, stopping: AbortSignal): Promise<Delivery>
  /**
   * Called in order, after a batch is confirmed and before its offset is committed. The batch itself is not kept until
   * then: its records would hold all the memory that they were read into.
   * @param nextOffset the batch's
   */
  remember(nextOffset: number): void
  /** What is to be kept with the offset in Kafka; asked when a batch has just been remembered. */
  note?(): string
  close(): Promise<void>
}

/** Opens the work on a partition that this process now owns: recovers what it needs to know. */
export type OpenWork<Value> = (partition: TopicPartition) => Promise<Work<Value>>

/** How much one batch may hold, how long to gather it, in milliseconds, and how much to have at hand for the next. */
export interface BatchLimits {
  readonly maxRecords: number
  readonly wait: number
  /** How much of a partition is read ahead, in bytes; 2 MiB if left out. */
  readonly ahead?: number
  /** How much of it is asked for at once, in bytes; half of that if left out. */
  readonly atOnce?: number
}
