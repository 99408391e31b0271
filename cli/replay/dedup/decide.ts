// Replays raw records through dedup: finds where to begin, decides again, and writes what comes of it.
//
// It reads raw and the ledger, and writes to topics of its own with a plain producer. It joins no group and takes
// no transactional id, so that nothing of a running dedup can be disturbed by it.

import { outcomesOf, totalsAfter } from '@podpipe/dedup/batch.ts'
import { placesIn } from '@podpipe/dedup/places.ts'
import {
  accountUpTo,
  exactSince,
  type RawAndLedger,
  recoverAt,
  type StartingPoint,
  startingPoint,
} from '@podpipe/dedup/replay/as-of.ts'
import { decideAgain } from '@podpipe/dedup/replay/decide-again.ts'
import { noTotals, type Totals } from '@podpipe/dedup/state.ts'
import { windowsOf } from '@podpipe/dedup/task.ts'
import { createPatientFetcher } from '@podpipe/operations/patient-fetcher.ts'
import { isoOf, type TimeRange } from '@podpipe/operations/replay/range.ts'
import { requireTopics } from '@podpipe/operations/require-topics.ts'
import { allEnded } from '@podpipe/runtime/all-ended.ts'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { topicsOfConfig } from '@podpipe/runtime/config/topics-of.ts'
import { ConfigurationError, reasonOf } from '@podpipe/runtime/errors.ts'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import type { Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { offsetsAtTime } from '@podpipe/runtime/kafka/read/offset-at-time.ts'
import { createProducer } from '@podpipe/runtime/kafka/write/producer.ts'
import type { Service } from '@podpipe/schemas/service.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'
import { createProgress, type ReplayResult, rangeText, warn } from './report.ts'
import { createTally, makeEmpty, namesOf, replayTopicsOf, requireFree } from './topics.ts'

/** A partition's share of a replay: raw offsets, `to` behind the last one. */
interface Share extends RawAndLedger {
  readonly service: Service
  readonly from: number
  readonly to: number
  readonly start: StartingPoint
}

/**
 * Runs a replay to its end.
 * @throws ConfigurationError when a person has to choose otherwise; nothing has been written then
 */
export async function replayDedup(options: {
  client: KafkaClient
  config: PodpipeConfig
  services: readonly Service[]
  range: TimeRange
  name: string
  approximate: boolean
  overwrite: boolean
  dryRun: boolean
  showProgress: boolean
}): Promise<ReplayResult> {
  const { client, config, services, range, name, approximate, overwrite, dryRun } = options
  const { prefix, partitions } = config.kafka
  const topics = topicsOfConfig({ ...config, services })
  const output = replayTopicsOf(prefix, name, partitions, services)
  await requireTopics(
    client,
    topics.services.flatMap(service => [topics.raw(service), topics.seen(service)]),
    'so there is nothing to replay',
  )
  const fetcher = await createPatientFetcher(client)
  try {
    const shares = await sharesOf(client, fetcher, topics, range)
    const exact = await requireExact(fetcher, shares, approximate)
    if (!dryRun) await requireFree(client, output, overwrite)
    const { totals, differing } = await decideShares({ ...options, fetcher, topics, output, shares })
    if (exact && differing.length > 0) {
      warn(
        `Not all decisions are the first ones. ${differing.join(' ')} Either dedup.window was another one then, or partitions were added within the range.`,
      )
    }
    return {
      name,
      from: isoOf(range.from),
      to: isoOf(range.to),
      exact: exact && differing.length === 0,
      ...totals,
      warmUp: shares.reduce((sum, { from, start }) => sum + from - start.from, 0),
      topics: dryRun ? [] : namesOf(output),
    }
  } finally {
    await fetcher.close()
  }
}

async function decideShares(options: {
  client: KafkaClient
  config: PodpipeConfig
  fetcher: Fetcher
  topics: Topics
  output: Topics
  shares: readonly Share[]
  dryRun: boolean
  showProgress: boolean
}): Promise<{ totals: Totals; differing: string[] }> {
  const { client, config, fetcher, topics, output, shares, dryRun } = options
  const differing: string[] = []
  let totals = noTotals
  const tally = createTally(output)
  if (!dryRun) await makeEmpty(client, output)
  const producer = dryRun ? undefined : await createProducer(client)
  const progress = createProgress(
    shares.reduce((sum, { start, to }) => sum + to - start.from, 0),
    options.showProgress,
  )
  try {
    for (const share of shares) {
      const { raw, service, start, from, to } = share
      const state = await recoverAt(fetcher, share, start, windowsOf(config))
      const source = { ...raw, codec: topics.raw(service).codec }
      // The ledger's own account, as far as it goes, against that of the decisions made now.
      const first = await accountUpTo(fetcher, share, to)
      let now = state.totals
      for await (const batch of decideAgain(fetcher, source, state, start.from, to, config.dedup.variants)) {
        progress.add(batch.decided.length)
        const accounted = batch.decided.filter(({ record }) => record.offset < (first?.next_offset ?? 0))
        now = totalsAfter(now, { ...batch, decided: accounted })
        const decided = batch.decided.filter(({ record }) => record.offset >= from)
        if (decided.length === 0) continue
        const inRange = { ...batch, decided }
        totals = totalsAfter(totals, inRange)
        const records = outcomesOf(inRange, service, raw.partition, output)
        if (producer === undefined || records.length === 0) continue
        // Each topic by itself, which is one partition: where a send covers several and one of them is not ready yet, as a topic just
        // made may be, kafkajs sends again what the other one has already.
        for (const topic of new Set(records.map(({ topic }) => topic)))
          await producer.send(records.filter(record => record.topic === topic))
        tally.add(records)
      }
      if (first === undefined || first.next_offset <= start.from || first.unique === now.unique) continue
      differing.push(
        `Of ${raw.topic}, partition ${raw.partition}, ${first.unique} were unique up to offset ${first.next_offset}, and now ${now.unique}.`,
      )
    }
    if (producer !== undefined) await tally.check(fetcher)
    return { totals, differing }
  } catch (error) {
    if (producer === undefined) throw error
    throw new Error(
      `The replay broke off, and what it has written is not whole: ${reasonOf(error)} The live topics are untouched; repeat the command with --overwrite.`,
      { cause: error },
    )
  } finally {
    progress.end()
    await producer?.close()
  }
}

/** @throws ConfigurationError when no record lies in the range */
async function sharesOf(
  client: KafkaClient,
  fetcher: Fetcher,
  topics: Topics,
  range: TimeRange,
): Promise<Share[]> {
  const ranges: Omit<Share, 'start'>[] = []
  for (const service of topics.services) {
    const { name, partitions } = topics.raw(service)
    const froms = await offsetsAtTime(client, name, range.from)
    const tos = await offsetsAtTime(client, name, range.to)
    for (let partition = 0; partition < partitions; partition++) {
      const { raw, seen } = placesIn(topics, service, partition)
      const [from = 0, to = 0] = [froms[partition], tos[partition]]
      if (from < to) ranges.push({ service, raw, seen, from, to })
    }
  }
  // Side by side: each search waits for one answer after the other. All are awaited, also when one fails: a late one
  // would read on from a fetcher that is closed, and the command would not end.
  const shares = await allEnded(
    ranges.map(async each => ({ ...each, start: await startingPoint(fetcher, each, each.from) })),
  )
  const cut = shares.filter(({ start }) => start.isCut).map(({ raw }) => `${raw.topic}-${raw.partition}`)
  if (cut.length > 0) {
    warn(
      `${cut.join(', ')}: retention has deleted what came before the oldest record; it cannot be replayed.`,
    )
  }
  if (shares.length > 0) return shares
  const names = topics.services.map(service => topics.raw(service).name)
  throw new ConfigurationError(
    `${names.join(', ')}: no record was appended from ${rangeText(range)}. The times are those at which Kafka received the events, not the events' own; raw is kept for 7 days.`,
  )
}

/**
 * Says whether every decision will be the first one again.
 * @throws ConfigurationError when some may not be, and nobody said that this will do
 */
async function requireExact(
  fetcher: Fetcher,
  shares: readonly Share[],
  approximate: boolean,
): Promise<boolean> {
  const doubtful = shares.filter(({ start }) => start.doubt !== undefined)
  const [first] = doubtful
  if (first === undefined) return true
  const what = `What dedup knew at the beginning of the range cannot be read back for ${doubtful.length} of ${shares.length} partitions. Of ${first.raw.topic}, partition ${first.raw.partition}: ${first.start.doubt}.`
  if (approximate) {
    warn(`${what} Events whose first copy is no longer known count as unique.`)
    return false
  }
  const since = await allEnded(doubtful.map(share => exactSince(fetcher, share)))
  const known = since.filter(time => time !== undefined)
  throw new ConfigurationError(
    `${what} Begin later${known.length === since.length ? `, at ${isoOf(Math.max(...known))} or after it` : ''}, or take decisions that may differ from the first ones with --approximate. Nothing was written.`,
  )
}
