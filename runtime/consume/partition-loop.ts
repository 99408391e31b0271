// The loop over one partition: read, decide, deliver, remember, commit. It alone changes the partition's
// state. In what order things happen is what keeps events from being lost:
// an id is remembered after its event was delivered, and an offset is committed after both.

import { setTimeout as sleep } from 'node:timers/promises'
import { aborted } from '../abort.ts'
import { backoff } from '../backoff.ts'
import { reasonOf } from '../errors.ts'
import type { TopicPartition } from '../kafka/group/assigner.ts'
import type { Fetcher } from '../kafka/read/fetcher.ts'
import { type NotAllowedError, refusalIn } from '../kafka/refusal.ts'
import type { Log } from '../log.ts'
import type { BatchLimits, OpenWork, TakenBatch, Work } from './work.ts'

const bounds = { first: 200, longest: 15_000 }

/** What the loop tells the outside, for metrics and health. */
export interface LoopObserver<Value> {
  /** A batch was read and decided. `end` is the last stable offset seen by its fetch. */
  onTaken?(partition: TopicPartition, batch: TakenBatch<Value>, end: number): void
  /**
   * A batch is delivered. It is counted at once, since it is not kept; what is returned is called once it is confirmed
   * and remembered.
   */
  onDelivered(partition: TopicPartition, batch: TakenBatch<Value>): () => void
  onWorking(partition: TopicPartition, working: boolean): void
  /** The work failed, for the second time or more since something succeeded: a first time passes by itself. */
  onFailing?(partition: TopicPartition, reason: string): void
  /** Kafka has forbidden something that the work needs. It is told there, and not as a failure. */
  onRefused?(partition: TopicPartition, error: NotAllowedError): void
  /** The partition is no longer this process's. */
  onGone(partition: TopicPartition): void
}

export interface PartitionLoop {
  /** Reads no more; what is on its way may still be confirmed and committed. */
  stop(): void
  /** Resolves when nothing is on its way any more and the work is closed. Rejects on a fault of the program. */
  readonly done: Promise<void>
}

/**
 * Works on one partition until stopped.
 * @param options.after what has to end first: two loops on one partition would fence each other
 * @param options.commit notes an offset to be committed; must not wait
 * @param options.signal fires when confirmations are not to be waited for any longer
 */
export function startPartitionLoop<Value>(options: {
  partition: TopicPartition
  fetcher: Pick<Fetcher, 'open'>
  open: OpenWork<Value>
  after?: Promise<unknown> | undefined
  limits: BatchLimits
  commit: (partition: TopicPartition, offset: number, note?: string) => void
  observer: LoopObserver<Value>
  log: Log
  signal: AbortSignal
}): PartitionLoop {
  const { partition, fetcher, open, limits, commit, observer, log, signal } = options
  const stopping = new AbortController()

  const workOnce = async (work: Work<Value>, onProgress: () => void): Promise<void> => {
    const reader = fetcher.open(partition, work.from, limits.ahead, limits.atOnce)
    const onStop = (): void => reader.close(stopping.signal.reason)
    stopping.signal.addEventListener('abort', onStop, { once: true })
    if (stopping.signal.aborted) onStop()

    work.broken?.catch(reason => reader.close(reason))

    // The batches on their way, oldest first. Each settles only after the one before it, so that
    // remembering and committing happen in order even when confirmations do not come in order.
    const onTheWay: Promise<void>[] = []
    let recordsOnTheWay = 0
    const isFull = (): boolean =>
      onTheWay.length >= work.inFlight && recordsOnTheWay >= (work.inFlightRecords ?? 0)
    let settled: Promise<void> = Promise.resolve()
    try {
      for (;;) {
        const { records, nextOffset, end, release } = await reader.take(limits)
        work.foresee?.(records)
        const { decide } = work
        const decided = decide ? records.map(record => ({ record, outcome: decide(record) })) : []
        const batch: TakenBatch<Value> = { records, decided, nextOffset }
        observer.onTaken?.(partition, batch, end)
        const { confirmed, report } = await work.deliver(batch, stopping.signal)
        const done = observer.onDelivered(partition, batch)
        if (work.letsRecordsGo === 'delivered') release()
        const before = settled
        settled = Promise.all([before, confirmed]).then(() => {
          work.remember(nextOffset)
          commit(partition, nextOffset, work.note?.())
          done()
          report?.()
          onTheWay.shift()
          recordsOnTheWay -= records.length
          onProgress()
          if (work.letsRecordsGo === 'remembered') release()
        })
        // A failure ends the reading, also while the loop waits for records that may be long in coming.
        settled.catch(reason => reader.close(reason))
        onTheWay.push(settled)
        recordsOnTheWay += records.length
        while (isFull()) await onTheWay[0]
      }
    } catch (error) {
      if (!stopping.signal.aborted || isFault(error)) throw error
      // Stopped: let what is on its way arrive. If it cannot, it is read again by the next owner.
      const leave = (reason: unknown): void =>
        log.debug({ ...partition, reason: reasonOf(reason) }, 'left unconfirmed')
      if (error !== stopping.signal.reason) leave(error)
      await Promise.race([settled.catch(leave), aborted(signal)])
    } finally {
      stopping.signal.removeEventListener('abort', onStop)
      reader.close()
    }
  }

  const run = async (): Promise<void> => {
    let failures = 0
    await options.after
    while (!stopping.signal.aborted) {
      let work: Work<Value> | undefined
      try {
        work = await open(partition)
        observer.onWorking(partition, true)
        await workOnce(work, () => {
          if (failures > 0) log.info({ ...partition }, 'working on the partition again')
          failures = 0
        })
      } catch (error) {
        if (isFault(error)) throw error
        if (stopping.signal.aborted) {
          log.debug({ ...partition, reason: reasonOf(error) }, 'stopped before the work had begun')
          return
        }
        failures++
        // One line an episode: the first failure, and a reminder when it lasts.
        const refusal = refusalIn(error)
        const isReminder = failures % 20 === 0
        const level =
          refusal !== undefined ? 'debug' : failures === 1 ? 'warn' : isReminder ? 'error' : 'debug'
        if (refusal !== undefined) observer.onRefused?.(partition, refusal)
        else if (failures > 1) observer.onFailing?.(partition, reasonOf(error))
        log[level](
          { ...partition, reason: reasonOf(error), failures },
          'work on a partition failed; nothing is lost, it starts again from what is known to be done',
        )
      } finally {
        observer.onWorking(partition, false)
        await work?.close()
      }
      if (!stopping.signal.aborted) {
        await sleep(backoff(Math.max(1, failures), bounds, Math.random()), undefined, {
          signal: stopping.signal,
        }).catch(() => undefined)
      }
    }
  }

  return {
    stop: () => stopping.abort(new Error('the partition is given up')),
    done: run().finally(() => observer.onGone(partition)),
  }
}

// A mistake in the program itself: trying again would only repeat it. The process ends, and what it had not
// finished is read again by whoever starts next.
function isFault(error: unknown): boolean {
  return error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError
}
