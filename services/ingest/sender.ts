// Raw records on their way to Kafka: encoded into batches as they come, a few of them in flight, each sent again until
// Kafka has it. Counts the memory of what is on its way, so that the socket can be paused above a bound.

import { setTimeout as sleep } from 'node:timers/promises'
import { backoff } from '@podpipe/runtime/backoff.ts'
import { createRecordMemory } from '@podpipe/runtime/kafka/encoding/record-memory.ts'
import { createRecordSets, type RecordSets } from '@podpipe/runtime/kafka/encoding/record-set.ts'
import type { PlainProducer } from '@podpipe/runtime/kafka/write/producer.ts'
import type { RawFrame } from '@podpipe/schemas/records.ts'
import type { Topic } from '@podpipe/schemas/topics.ts'
import type { RawRecord } from './to-record.ts'

export interface Sender {
  /** Memory of what Kafka has not acknowledged yet, in bytes: frames, keys, and what is left over beside them. */
  readonly pendingBytes: number
  /** Takes a record; it is sent without further asking. Nothing of it is kept. */
  add(record: RawRecord): void
  /** Resolves when no more than this many bytes are on their way. */
  below(bytes: number): Promise<void>
  /** Resolves when Kafka has everything. Rejects when `giveUp` fired before. */
  drained(): Promise<void>
}

/** What is remembered of a frame: how far the position moves when Kafka has it. */
export type Arrived = Pick<RawFrame, 'connection' | 'sequence' | 'received_at' | 'event_time'>

const batchRecords = 1_000
const batchBytes = 2 * 1024 * 1024
// A batch takes up to a piece for each partition, and on the average half of each last one is left over.
const pieceBytes = { least: 4 * 1024, most: 64 * 1024 }
const batchWait = 5
const inFlight = 4
const bounds = { first: 200, longest: 10_000 }

/** Records that go to Kafka together. */
interface Batch {
  readonly records: RecordSets<RawFrame>
  last: Arrived | undefined
  frameBytes: number
}

/**
 * @param options.onAcked called in the order of arrival, once everything up to and including the frame is
 * acknowledged by all replicas in sync; `count` frames of `bytes` more than the last time
 * @param options.onPending called with every change of `pendingBytes`, also while Kafka takes nothing
 * @param options.giveUp ends the trying; what is left is lost to this process and comes again from Proofpoint
 */
export function createSender(options: {
  producer: Pick<PlainProducer, 'sendSets'>
  topic: Topic<RawFrame>
  onAcked: (last: Arrived, count: number, bytes: number) => void
  onPending: (change: number) => void
  /** Called with each failure of a batch, and with nothing when Kafka takes frames again. */
  onFailing?: (error: unknown) => void
  giveUp: AbortSignal
}): Sender {
  const { producer, topic, onAcked, onPending, onFailing, giveUp } = options
  const memory = createRecordMemory(pieceSizeOf(topic.partitions))
  const emptyBatch = (): Batch => ({
    records: createRecordSets(topic, memory),
    last: undefined,
    frameBytes: 0,
  })
  // Full batches that wait for a free place, oldest first, and the one that still gathers. Each stays within
  // the limits however long Kafka stands still: what is larger, a broker would refuse for ever.
  const full: Batch[] = []
  let open = emptyBatch()
  let timer: NodeJS.Timeout | undefined
  let sending = 0
  let told = 0
  let acked: Promise<void> = Promise.resolve()
  let moved = Promise.withResolvers<void>()
  let failing = false

  const pump = (): void => {
    clearTimeout(timer)
    timer = undefined
    while (sending < inFlight) {
      const batch = full.shift() ?? open
      if (batch.records.count === 0) break
      if (batch === open) open = emptyBatch()
      sending++
      const sent = send(batch)
      // Batches may be acknowledged out of order; the position moves only behind an unbroken row of them.
      acked = Promise.all([acked, sent]).then(() => {
        if (batch.last !== undefined) onAcked(batch.last, batch.records.count, batch.frameBytes)
      })
      acked.catch(() => undefined)
    }
  }

  const send = async (batch: Batch): Promise<void> => {
    // The producer is not idempotent, so a batch whose answer was lost may be written twice; dedup takes
    // the copies out. Losing it is what must not happen, hence no limit to the number of attempts.
    for (let failures = 1; ; failures++) {
      try {
        await producer.sendSets(topic.name, batch.records.sets)
        break
      } catch (error) {
        giveUp.throwIfAborted()
        failing = true
        onFailing?.(error)
        await sleep(backoff(failures, bounds, Math.random()), undefined, { signal: giveUp })
      }
    }
    if (failing) onFailing?.(undefined)
    failing = false
    sending--
    batch.records.release()
    tell()
    moved.resolve()
    moved = Promise.withResolvers()
    pump()
  }

  const tell = (): void => {
    if (memory.used === told) return
    onPending(memory.used - told)
    told = memory.used
  }

  const below = async (bytes: number): Promise<void> => {
    while (memory.used > bytes) await moved.promise
  }

  return {
    get pendingBytes() {
      return memory.used
    },
    add({ key, frame }) {
      const { count, bytes } = open.records
      // A frame that does not fit in any more begins a batch of its own; a very large one stays alone in it.
      if (count === batchRecords || (count > 0 && bytes + frame.frame.length > batchBytes)) {
        full.push(open)
        open = emptyBatch()
      }
      open.records.add(key, frame, frame.frame)
      open.frameBytes += frame.frame.length
      open.last = arrivedOf(frame)
      tell()
      if (full.length > 0 || open.records.count === batchRecords || open.records.bytes >= batchBytes) pump()
      else if (sending === 0) timer ??= setTimeout(pump, batchWait)
    },
    below,
    async drained() {
      pump()
      const gone = Promise.withResolvers<never>()
      gone.promise.catch(() => undefined)
      const onGiveUp = (): void => gone.reject(giveUp.reason)
      giveUp.addEventListener('abort', onGiveUp, { once: true })
      if (giveUp.aborted) onGiveUp()
      try {
        while (sending > 0 || open.records.count > 0) await Promise.race([moved.promise, gone.promise])
        await acked
      } finally {
        giveUp.removeEventListener('abort', onGiveUp)
      }
    },
  }
}

// The frame itself would keep what it was read with.
const arrivedOf = ({ connection, sequence, received_at, event_time }: RawFrame): Arrived => ({
  connection,
  sequence,
  received_at,
  event_time,
})

/** The more partitions, the less there is of a batch for each. */
const pieceSizeOf = (partitions: number): number =>
  Math.min(
    pieceBytes.most,
    Math.max(pieceBytes.least, 2 ** Math.floor(Math.log2(batchBytes / partitions / 2))),
  )
