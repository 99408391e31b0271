// Reads the account of what flows from Kafka, again and again, at little cost: a partition of the ledger that has not moved is not
// read again.

import { countedIn } from '@podpipe/forwarder/counted.ts'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import { nameOf, type TopicPartition } from '@podpipe/runtime/kafka/group/assigner.ts'
import { standaloneOffsets } from '@podpipe/runtime/kafka/group/standalone-offsets.ts'
import type { Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { lastRecordWithin } from '@podpipe/runtime/kafka/read/last-record.ts'
import { groupOf } from '@podpipe/schemas/names.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'
import { type Account, accountOf, doneOf, keyOf, type OutputFacts, type PartitionFacts } from './account.ts'
import { missingByReading, nextToRead, type Waiting } from './by-reading.ts'

type Block = NonNullable<PartitionFacts['block']>

/** An output of those that are accounted for. */
type Committed = Parameters<typeof accountOf>[2][number]

const readEveryMs = 10_000

// A block and the mark of its transaction.
const lookBack = 2

/** @returns what reads the account anew; it waits for as long as Kafka does not answer */
export function createAccountReader(
  client: KafkaClient,
  fetcher: Fetcher,
  topics: Topics,
  { prefix }: Pick<PodpipeConfig['kafka'], 'prefix'>,
): (outputs: PodpipeConfig['outputs']) => Promise<Account> {
  const { services, raw, unique, seen } = topics
  const places = services.flatMap(service =>
    Array.from({ length: raw(service).partitions }, (_, partition) => ({ service, partition })),
  )
  const of = (topic: (service: string) => { readonly name: string }): TopicPartition[] =>
    places.map(({ service, partition }) => ({ topic: topic(service).name, partition }))
  const known = new Map<string, { readonly end: number; readonly block: Block | undefined }>()
  const before = new Map<string, number>()
  const missing = new Map<string, number>()
  let lastRead = ''
  let readAt = Number.NEGATIVE_INFINITY

  /** Counts what waits in some partitions by reading them, in turn; what cannot be read quickly is left. */
  async function readSome(
    partitions: readonly PartitionFacts[],
    outputs: readonly Committed[],
  ): Promise<void> {
    if (performance.now() - readAt < readEveryMs) return
    readAt = performance.now()
    for (const each of nextToRead(waitingIn(partitions, outputs, topics, before), lastRead)) {
      const { service } = each
      // Before it is read: one that cannot be read, since retention has deleted some of it, must not hold up the others.
      lastRead = each.key
      const found = await missingByReading(fetcher, unique(service).codec, each).catch(() => undefined)
      if (found === undefined) return
      missing.set(each.key, Math.max(0, found))
    }
  }

  async function blocks(): Promise<(Block | undefined)[]> {
    const ledgers = of(seen)
    const starts = await fetcher.edges(ledgers, 'start')
    const ends = await fetcher.edges(ledgers, 'stable')
    return Promise.all(
      ledgers.map(async (place, at) => {
        const [start = 0, end = 0] = [starts[at], ends[at]]
        const last = known.get(nameOf(place))
        if (last?.end === end) return last.block
        const value = (await lastRecordWithin(fetcher, place, { start, end }, lookBack))?.value
        const block = value == null ? undefined : seen(places[at]?.service ?? '').codec.decode(value)
        // Of the block, its totals only: it holds the ids of a transaction.
        const kept = block && {
          next_offset: block.next_offset,
          decided: block.decided,
          unique: block.unique,
          duplicate: block.duplicate,
          rejected: block.rejected,
        }
        known.set(nameOf(place), { end, block: kept })
        return kept
      }),
    )
  }

  async function committed(output: string): Promise<OutputFacts[]> {
    const found = new Map(
      (await standaloneOffsets(client, groupOf(prefix, `forwarder-${output}`))).map(each => [
        nameOf(each),
        each,
      ]),
    )
    return of(unique).flatMap((place, at) => {
      const entry = found.get(nameOf(place))
      const { service = '', partition = 0 } = places[at] ?? {}
      return entry === undefined
        ? []
        : { service, partition, offset: entry.offset, counted: countedIn(entry.metadata) }
    })
  }

  return async outputs => {
    // In this order: what an output is done with was counted by the ledger before, and what the ledger counts was
    // in raw, and on its way to unique, before. So nothing that moves meanwhile looks as if it were missing.
    const delivered = await Promise.all(
      outputs
        .filter(({ enabled }) => enabled)
        .map(async ({ name, services: taken }) => ({ name, services: taken, facts: await committed(name) })),
    )
    const ledger = await blocks()
    const ends = await fetcher.edges([...of(raw), ...of(unique)], 'high')
    const partitions = places.map(
      (place, at): PartitionFacts => ({
        ...place,
        block: ledger[at],
        rawEnd: ends[at] ?? 0,
        uniqueEnd: ends[places.length + at] ?? 0,
      }),
    )
    await readSome(partitions, delivered)
    return accountOf(new Date().toISOString(), partitions, delivered, before, missing)
  }
}

/** What of the account waits and can be counted by reading, in the order of its keys. */
function waitingIn(
  partitions: readonly PartitionFacts[],
  outputs: readonly Committed[],
  topics: Topics,
  before: Map<string, number>,
): (Waiting & { readonly service: string })[] {
  return outputs
    .flatMap(({ name, services, facts }) =>
      partitions.flatMap(({ service, partition, block, uniqueEnd }) => {
        const found = facts.find(each => each.service === service && each.partition === partition)
        if (found === undefined || block === undefined || !services.includes(service)) return []
        const key = keyOf(name, service, partition)
        const done = doneOf(key, block.unique, uniqueEnd - found.offset, found, before)
        if (done === null) return []
        const place = { topic: topics.unique(service).name, partition }
        const range = { from: found.offset, to: uniqueEnd, countedTo: block.next_offset }
        return { ...{ key, service, place, done, unique: block.unique }, ...range }
      }),
    )
    .sort((a, b) => (a.key < b.key ? -1 : 1))
}
