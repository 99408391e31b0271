// Raw records on their way to Kafka: gathered into batches, a few of them in flight, each sent again until
// Kafka has it. Counts what is on its way, so that the socket can be paused above a bound.

import { setTimeout as sleep } from 'node:timers/promises'
import { backoff } from '@podpipe/runtime/backoff.ts'
import { reasonOf } from '@podpipe/runtime/errors.ts'
import type { PlainProducer } from '@podpipe/runtime/kafka/producer.ts'
import type { Log } from '@podpipe/runtime/log.ts'
import type { RawFrame } from '@podpipe/schemas/records.ts'
import type { Topic } from '@podpipe/schemas/topics.ts'
import type { RawRecord } from './to-record.ts'

export interface Sender {
  /** Memory of frames that Kafka has not acknowledged yet, about, in bytes. */
  readonly pendingBytes: number
  /** Takes a record over; it is sent without further asking. */
  add(record: RawRecord): void
  /** Resolves when no more than this many bytes are on their way. */
  below(bytes: number): Promise<void>
  /** Resolves when Kafka has everything. Rejects when `giveUp` fired before. */
  drained(): Promise<void>
}

const batchRecords = 500
const batchBytes = 1024 * 1024
// What a record holds in memory beside its frame. Without it a flood of empty frames would know no bound.
const recordOverhead = 512
const batchWait = 5
const inFlight = 4
const bounds = { first: 200, longest: 10_000 }

/** Records that go to Kafka together. */
interface Batch {
  readonly records: RawRecord[]
  bytes: number
}

const frameBytes = ({ records, bytes }: Batch): number => bytes - records.length * recordOverhead

const emptyBatch = (): Batch => ({ records: [], bytes: 0 })

/**
 * @param options.onAcked called in the order of arrival, once everything up to and including the frame is
 * acknowledged by all replicas in sync; `count` frames of `bytes` more than the last time
 * @param options.onPending called with every change of `pendingBytes`, also while Kafka takes nothing
 * @param options.giveUp ends the trying; what is left is lost to this process and comes again from Proofpoint
 */
export function createSender(options: {
  producer: PlainProducer
  topic: Topic<RawFrame>
  log: Log
  onAcked: (last: RawFrame, count: number, bytes: number) => void
  onPending: (change: number) => void
  giveUp: AbortSignal
}): Sender {
  const { producer, topic, log, onAcked, onPending, giveUp } = options
  // Full batches that wait for a free place, oldest first, and the one that still gathers. Each stays within
  // the limits however long Kafka stands still: what is larger, a broker would refuse for ever.
  const full: Batch[] = []
  let open = emptyBatch()
  let timer: NodeJS.Timeout | undefined
  let sending = 0
  let pendingBytes = 0
  let acked: Promise<void> = Promise.resolve()
  let moved = Promise.withResolvers<void>()
  let failing = false

  const pump = (): void => {
    clearTimeout(timer)
    timer = undefined
    while (sending < inFlight) {
      const batch = full.shift() ?? open
      if (batch.records.length === 0) break
      if (batch === open) open = emptyBatch()
      sending++
      const sent = send(batch)
      // Batches may be acknowledged out of order; the position moves only behind an unbroken row of them.
      acked = Promise.all([acked, sent]).then(() => {
        const last = batch.records.at(-1)
        if (last !== undefined) onAcked(last.frame, batch.records.length, frameBytes(batch))
      })
      acked.catch(() => undefined)
    }
  }

  const send = async (batch: Batch): Promise<void> => {
    // The producer is not idempotent, so a batch whose answer was lost may be written twice; dedup takes
    // the copies out. Losing it is what must not happen, hence no limit to the number of attempts.
    const records = batch.records.map(({ key, frame }) => ({
      topic: topic.name,
      key,
      ...topic.codec.encodeOpen(frame),
    }))
    for (let failures = 1; ; failures++) {
      try {
        await producer.send(records)
        break
      } catch (error) {
        giveUp.throwIfAborted()
        if (!failing)
          log.error(
            { topic: topic.name, reason: reasonOf(error), pending_bytes: pendingBytes },
            'Kafka does not take frames; they are kept in memory and tried again, and the socket is paused above the bound',
          )
        failing = true
        await sleep(backoff(failures, bounds, Math.random()), undefined, { signal: giveUp })
      }
    }
    if (failing) log.info({ topic: topic.name }, 'Kafka takes frames again')
    failing = false
    sending--
    pendingBytes -= batch.bytes
    onPending(-batch.bytes)
    moved.resolve()
    moved = Promise.withResolvers()
    pump()
  }

  const below = async (bytes: number): Promise<void> => {
    while (pendingBytes > bytes) await moved.promise
  }

  return {
    get pendingBytes() {
      return pendingBytes
    },
    add(record) {
      const size = record.frame.frame.length + recordOverhead
      // A frame that does not fit in any more begins a batch of its own; a very large one stays alone in it.
      if (open.records.length === batchRecords || (open.bytes > 0 && open.bytes + size > batchBytes)) {
        full.push(open)
        open = emptyBatch()
      }
      open.records.push(record)
      open.bytes += size
      pendingBytes += size
      onPending(size)
      if (full.length > 0 || open.records.length === batchRecords || open.bytes >= batchBytes) pump()
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
        while (sending > 0 || open.records.length > 0) await Promise.race([moved.promise, gone.promise])
        await acked
      } finally {
        giveUp.removeEventListener('abort', onGiveUp)
      }
    },
  }
}
