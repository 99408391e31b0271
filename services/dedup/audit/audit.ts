// Audits dedup from the topics alone: every partition of the services asked for, one after the other.

import { OffsetGoneError } from '@podpipe/runtime/kafka/read/fetch-loop.ts'
import type { Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import type { Service } from '@podpipe/schemas/service.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'
import { placesOf } from '../places.ts'
import type { Windows } from '../state.ts'
import { findEnds } from './ends.ts'
import { createMemory, type Memory } from './fates.ts'
import { auditPartition, type PartitionAudit } from './partition.ts'
import { readRejects } from './rejects.ts'

/** One partition of the audit. */
export interface Audited extends PartitionAudit {
  readonly service: Service
  readonly partition: number
}

const attempts = 3

/**
 * Reads the topics and yields a result for each partition, while dedup may be at work.
 * @param options.deep what to look up decisions by; undefined for an audit of the numbers alone
 */
export async function* audit(
  fetcher: Fetcher,
  topics: Topics,
  options: { deep: { windows: Windows; variants: Memory['variants'] } | undefined },
): AsyncGenerator<Audited, void, undefined> {
  const all = placesOf(topics)
  const rejected = { topic: topics.rejected.name, partition: 0 }
  const { partitions, rejected: rejectedEnd, open } = await findEnds(fetcher, all, rejected)
  const rejects = await readRejects(fetcher, topics.rejected, rejectedEnd)
  for (const [index, places] of all.entries()) {
    const ends = partitions[index]
    if (ends === undefined) continue
    const { deep } = options
    const auditOnce = (): Promise<PartitionAudit> =>
      auditPartition({
        fetcher,
        places,
        ends,
        open,
        rejects: rejects.of(places.raw),
        memory: deep === undefined ? undefined : createMemory(deep.windows, deep.variants),
      })
    const { service, partition } = places
    yield { service, partition, ...(await againWhenDeleted(auditOnce)) }
  }
}

// Retention may delete a topic's beginning between the question where it begins and the reading.
async function againWhenDeleted<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof OffsetGoneError) || attempt === attempts) throw error
    }
  }
}
