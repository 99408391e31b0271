// The work of dedup on one partition: raw-p in, unique-p out, each batch one transaction.
//
// The order at the start is what makes it exactly once. First the producer takes over the transactional id,
// which fences whoever had it and ends what he left open; then it is made sure that nothing stands open; then the
// ledger is read; then raw, from where the ledger ends. In any other order the old owner could commit a batch
// behind our back. And no transaction begins before the one before it is through in every partition.

import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import type { Batch, OpenWork, Work } from '@podpipe/runtime/consume/work.ts'
import { nameOf, type TopicPartition } from '@podpipe/runtime/kafka/group/assigner.ts'
import { createFencedProducer, type FencedProducer } from '@podpipe/runtime/kafka/write/fenced-producer.ts'
import { endOpenTransaction, type TransactionEnd } from '@podpipe/runtime/kafka/write/open-transaction.ts'
import type { Context } from '@podpipe/runtime/service.ts'
import { transactionalIdOf } from '@podpipe/schemas/names.ts'
import type { Service } from '@podpipe/schemas/service.ts'
import { blockOf, recordsOf } from './batch.ts'
import { createCeiling } from './ceiling.ts'
import { type Accepted, decide, nothingPending, type Pending } from './decide.ts'
import { createEnds } from './ends.ts'
import { watchLastEnd } from './last-end.ts'
import { recover } from './ledger.ts'
import { createLookAhead } from './look-ahead.ts'
import { placesIn } from './places.ts'
import { applyBlock, type Windows } from './state.ts'
import { recovering } from './troubles.ts'
import { createTurns } from './turns.ts'
import { findUnfinished, type Outputs } from './unfinished.ts'

const confirmedNow = { confirmed: Promise.resolve() }

/** How far back live frames and archive frames look. */
export const windowsOf = ({ dedup }: Pick<PodpipeConfig, 'dedup'>): Windows => ({
  live: dedup.windowMs,
  archive: Math.max(dedup.windowMs, dedup.archiveWindowMs),
})

/** Opens dedup tasks: one for each partition of a raw topic that this process owns. */
export function openTasks(context: Context): OpenWork<Accepted> {
  const { fetcher, config, live, topics, log, metrics } = context
  const windows = windowsOf(config)
  const inTurn = createTurns()
  const ceiling = createCeiling(() => live.current.dedup.maxMemory, log, context.readiness)

  return async (raw: TopicPartition): Promise<Work<Accepted>> => {
    const service = serviceOf(raw.topic, context)
    const { partition } = raw
    const begun = performance.now()
    const places = placesIn(topics, service, partition)
    const { seen, unique } = places
    const producer = await takeOver(context, transactionalIdOf(config.kafka.prefix, service, partition), {
      unique,
      seen,
    })
    try {
      const state = await inTurn(() =>
        recover(fetcher, seen, seen.codec, windows, share =>
          context.readiness.set(nameOf(raw), recovering(share)),
        ),
      )
      const from = await resumeFrom(context, raw, state.nextOffset)
      log.debug(
        { service, partition, from, ids: state.seen.size, ms: Math.round(performance.now() - begun) },
        'dedup has recovered the partition',
      )
      const ends = createEnds(fetcher, [unique, seen])
      const lastEnd = watchLastEnd(ends)
      const ahead = createLookAhead(state)
      let pending: Pending = nothingPending(state)
      let written: { block: ReturnType<typeof blockOf>; offset: number } | undefined

      return {
        from,
        inFlight: 1,
        broken: lastEnd.lost,
        // All that was written of them has been answered for, and the state has only numbers.
        letsRecordsGo: 'remembered',
        foresee: ahead.begin,
        decide: record =>
          decide(record, state, pending, places.raw.codec, live.current.dedup.variants, ahead),
        async deliver(batch: Batch<Accepted>, stopping: AbortSignal) {
          written = undefined
          if (batch.decided.length === 0) return confirmedNow
          ceiling.note(raw, state.seen.memory)
          await ceiling.room(stopping)
          const block = blockOf(batch, state, pending.clocks)
          const records = recordsOf(batch, block, service, partition, topics)
          const places = await producer.commit(records, await ends.stable())
          ends.wrote(records)
          lastEnd.committed()
          const place = places.find(({ topic }) => topic === seen.topic)
          if (place === undefined) throw new Error(`Kafka did not say where the block of ${seen.topic} went.`)
          written = { block, offset: place.firstOffset }
          return confirmedNow
        },
        remember() {
          // Only now, behind the commit, do the batch's ids count as seen.
          if (written !== undefined) applyBlock(state, written.block, written.offset)
          pending = nothingPending(state, pending)
          metrics.seenIds.set({ service, partition }, state.seen.size)
          metrics.seenBytes.set({ service, partition }, state.seen.memory)
        },
        async close() {
          lastEnd.close()
          ceiling.note(raw, 0)
          metrics.seenBytes.remove({ service, partition })
          metrics.seenIds.remove({ service, partition })
          await producer.close()
        },
      }
    } catch (error) {
      await producer.close()
      throw error
    }
  }
}

/**
 * Makes this process the only writer of a partition's transactions, and ends what the one before has left open.
 * Kafka does the second by itself, unless it has lost a marker; then the other partition knows how it ended.
 */
async function takeOver(
  { client, fetcher, topics, log }: Context,
  transactionalId: string,
  outputs: Outputs,
): Promise<FencedProducer> {
  for (;;) {
    const producer = await createFencedProducer(client, transactionalId)
    let end: TransactionEnd | undefined
    try {
      end = await findUnfinished(fetcher, outputs)
    } catch (error) {
      await producer.close()
      throw error
    }
    if (end === undefined) return producer
    await producer.close()
    const { topic, partition } = outputs.unique
    log.warn(
      { topic, partition, end },
      'Kafka has lost the end of a transaction; it is ended as it was decided, nothing is lost or doubled',
    )
    const rejected = { topic: topics.rejected.name, partition: 0 }
    await endOpenTransaction(client, transactionalId, [outputs.unique, outputs.seen, rejected], end)
  }
}

// The ledger says where to go on. Raw may no longer have it, when it was deleted before it was decided.
async function resumeFrom(
  { fetcher, log }: Context,
  raw: TopicPartition,
  next: number | undefined,
): Promise<number> {
  const { start, end } = await fetcher.offsets(raw)
  if (next === undefined) return start
  if (next < start) {
    log.error(
      { ...raw, from: next, to: start, records: start - next },
      'raw records were deleted by retention before dedup had decided them; they are lost. Give the raw topics a longer retention, and the seen topics one that is longer still',
    )
    return start
  }
  if (next > end) {
    throw new Error(
      `The ledger of ${raw.topic}, partition ${raw.partition}, goes up to offset ${next}, but the topic ends at ${end}: it was deleted and made anew. Delete the seen and unique topics of this service as well, or restore the raw topic.`,
    )
  }
  return next
}

function serviceOf(topic: string, { topics }: Context): Service {
  const service = topics.services.find(name => topics.raw(name).name === topic)
  if (service === undefined) throw new Error(`Topic ${topic} is not one of podpipe's raw topics.`)
  return service
}
