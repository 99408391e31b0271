// The account of what flows: what came in is unique, a duplicate, rejected, or waits; what is unique is delivered to an output, or
// waits for it. From the totals in the topics, which no restart sets back. Pure; read-account.ts reads.

import type { Counted } from '@podpipe/forwarder/counted.ts'
import type { SeenBlock } from '@podpipe/schemas/records.ts'

/** One partition of one kind of event, as Kafka has it. */
export interface PartitionFacts {
  readonly service: string
  readonly partition: number
  /** The last block of the ledger; undefined before the first. */
  readonly block: Pick<SeenBlock, 'next_offset' | 'decided' | 'unique' | 'duplicate' | 'rejected'> | undefined
  /** Behind the last record of raw, read after the block. */
  readonly rawEnd: number
  /** Behind the last record of unique, be it committed or not, read after the block. */
  readonly uniqueEnd: number
}

/** What one output has committed on a partition, read before the block. */
export interface OutputFacts {
  readonly service: string
  readonly partition: number
  readonly offset: number
  readonly counted: Counted | undefined
}

/** Of everything since the topics were made; keys are only ever added. */
export interface Account {
  /** When it was read, RFC 3339, UTC. */
  readonly at: string
  /** Frames in raw. */
  readonly received: number
  readonly unique: number
  readonly duplicate: number
  readonly rejected: number
  /** Frames that dedup has not decided yet. */
  readonly undecided: number
  /** Frames that are in none of these; 0 where the account closes. */
  readonly missing: number
  readonly outputs: readonly OutputAccount[]
}

export interface OutputAccount {
  readonly name: string
  /** Unique events of the kinds that it takes. */
  readonly unique: number
  /** Events that it is done with; null while that cannot be said, since it began behind the first event and has never caught up since. */
  readonly done: number | null
  readonly waiting: number | null
  /** Records that wait, marks of transactions among them: no event can be waiting beyond these. */
  readonly waitingAtMost: number
  /** Events that are neither done nor waiting, or if below 0 more done than there are; 0 where the account closes. */
  readonly missing: number
}

const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0)

/**
 * The account.
 * @param outputs by name, each with the kinds that it takes and what it has committed
 * @param before unique events before an output began to count, by output, kind and partition, where that was found; it is added to here
 * @param read what was found to be missing by reading what waits, by the same keys (by-reading.ts)
 */
export function accountOf(
  at: string,
  partitions: readonly PartitionFacts[],
  outputs: readonly {
    readonly name: string
    readonly services: readonly string[]
    readonly facts: readonly OutputFacts[]
  }[],
  before: Map<string, number>,
  read: ReadonlyMap<string, number> = new Map(),
): Account {
  const blocks = partitions.flatMap(({ block }) => block ?? [])
  const total = (of: 'unique' | 'duplicate' | 'rejected'): number => sum(blocks.map(block => block[of]))
  const [unique, duplicate, rejected] = [total('unique'), total('duplicate'), total('rejected')]
  const received = sum(partitions.map(({ rawEnd }) => rawEnd))
  const undecided = sum(
    partitions.map(({ rawEnd, block }) => Math.max(0, rawEnd - (block?.next_offset ?? 0))),
  )
  return {
    at,
    received,
    unique,
    duplicate,
    rejected,
    undecided,
    missing: received - undecided - unique - duplicate - rejected,
    outputs: outputs.map(output => outputAccount(output, partitions, before, read)),
  }
}

function outputAccount(
  { name, services, facts }: Parameters<typeof accountOf>[2][number],
  partitions: readonly PartitionFacts[],
  before: Map<string, number>,
  read: ReadonlyMap<string, number>,
): OutputAccount {
  const parts = partitions
    .filter(({ service }) => services.includes(service))
    .map(({ service, partition, block, uniqueEnd }) => {
      const found = facts.find(each => each.service === service && each.partition === partition)
      const waitingAtMost = Math.max(0, uniqueEnd - (found?.offset ?? 0))
      const unique = block?.unique ?? 0
      const key = keyOf(name, service, partition)
      const done = doneOf(key, unique, waitingAtMost, found, before)
      const waiting = done === null ? null : unique - done
      // By the offsets alone a gap smaller than the marks that wait cannot be told.
      const byOffsets = Math.max(0, (waiting ?? 0) - waitingAtMost)
      const byReading = waitingAtMost === 0 ? 0 : Math.min(waiting ?? 0, read.get(key) ?? 0)
      const missing = waiting === null ? 0 : waiting < 0 ? waiting : Math.max(byOffsets, byReading)
      return { unique, done, waiting: waiting === null ? null : waiting - missing, waitingAtMost, missing }
    })
  const all = (of: 'done' | 'waiting'): number | null => {
    const values = parts.map(part => part[of])
    return values.includes(null) ? null : sum(values.map(Number))
  }
  return {
    name,
    unique: sum(parts.map(({ unique }) => unique)),
    done: all('done'),
    waiting: all('waiting'),
    waitingAtMost: sum(parts.map(({ waitingAtMost }) => waitingAtMost)),
    missing: sum(parts.map(({ missing }) => missing)),
  }
}

/** What a partition of an output is known by from one account to the next. */
export const keyOf = (output: string, service: string, partition: number): string =>
  `${output}/${service}/${partition}`

/**
 * Events of a partition that an output is done with, those before it began to count among them. Where it began at the very first
 * offset there are none; elsewhere their number is known once nothing waits, and stays the same from then on.
 */
export function doneOf(
  key: string,
  unique: number,
  waitingAtMost: number,
  found: OutputFacts | undefined,
  before: Map<string, number>,
): number | null {
  if (found === undefined) return 0
  const { counted } = found
  if (counted === undefined) return null
  if (counted.from === 0) return counted.events
  if (!before.has(key) && waitingAtMost === 0) before.set(key, unique - counted.events)
  const earlier = before.get(key)
  return earlier === undefined ? null : earlier + counted.events
}
