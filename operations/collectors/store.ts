// The collectors as Kafka has them, each with all its revisions, and one more revision written by whoever saw the last.

import { kept } from '@podpipe/runtime/collectors/kept.ts'
import { applyTopics, countPartitions } from '@podpipe/runtime/kafka/administration/topics.ts'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import type { Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { readRange } from '@podpipe/runtime/kafka/read/read-range.ts'
import { createFencedProducer } from '@podpipe/runtime/kafka/write/fenced-producer.ts'
import { collectorsIdOf } from '@podpipe/schemas/names.ts'
import type { Collector } from '@podpipe/schemas/records.ts'
import type { Topic } from '@podpipe/schemas/topics.ts'
import { readable } from '../readable.ts'

/** What is needed to reach them. */
export interface CollectorStore {
  readonly client: KafkaClient
  readonly fetcher: Pick<Fetcher, 'open' | 'offsets'>
  readonly topic: Topic<Collector>
  /** Of this installation. */
  readonly prefix: string
}

/** Every collector that ever was, the last revision last. */
export type Revisions = ReadonlyMap<string, readonly Collector[]>

/** Somebody else has changed the collector since it was looked at; nothing was written. */
export class StaleError extends Error {
  override readonly name = 'StaleError'
  readonly current: Collector | undefined

  constructor(name: string, current: Collector | undefined) {
    super(
      current === undefined
        ? `The collector ${name} is not there.`
        : `The collector ${name} is at revision ${current.revision} by now: ${current.what} by ${current.by}.`,
    )
    this.current = current
  }
}

/** All revisions; none where the topic is not there. */
export async function readRevisions(store: CollectorStore): Promise<Revisions> {
  const { fetcher, topic } = store
  const found = new Map<string, Map<number, Collector>>()
  if (!(await isTopicThere(store))) return new Map()
  const place = { topic: topic.name, partition: 0 }
  const { start, end } = await fetcher.offsets(place)
  for await (const records of readRange(fetcher, place, start, end)) {
    for (const { value } of records) {
      const collector = value === null ? undefined : readable(() => topic.codec.decode(value))
      if (collector === undefined) continue
      const revisions = found.get(collector.name) ?? new Map()
      found.set(collector.name, revisions.set(collector.revision, kept(collector)))
    }
  }
  return new Map(
    [...found].map(([name, revisions]) => [
      name,
      [...revisions.values()].sort((a, b) => a.revision - b.revision),
    ]),
  )
}

const isTopicThere = async ({ client, topic }: CollectorStore): Promise<boolean> =>
  (await countPartitions(client, [topic.name])).has(topic.name)

/** What is in force of each, removed ones too. */
export const inForce = (revisions: Revisions): Collector[] =>
  [...revisions.values()].flatMap(each => each.at(-1) ?? [])

/**
 * Writes one more revision of a collector, if the last one is still the one that was seen. One writer at a time: who comes
 * later fences the one before, whose write then fails whole, and reads what is there after that and not before.
 * @param seen the revision that the change was made on; 0 where there was none
 * @param make the new revision from the last one
 * @returns the revision as it was written
 * @throws StaleError when another one is there by now
 */
export async function writeRevision(
  store: CollectorStore,
  name: string,
  seen: number,
  make: (current: Collector | undefined) => Collector,
): Promise<Collector> {
  const { client, topic, prefix } = store
  if (!(await isTopicThere(store))) await applyTopics(client, [topic])
  const fenced = await createFencedProducer(client, collectorsIdOf(prefix))
  let written: Collector | undefined
  try {
    const current = (await readRevisions(store)).get(name)?.at(-1)
    if ((current?.revision ?? 0) !== seen) throw new StaleError(name, current)
    written = make(current)
    const value = topic.codec.encode(written)
    await fenced.commit(
      [name, `${name}/${written.revision}`].map(key => ({ topic: topic.name, partition: 0, key, value })),
      [],
    )
    return written
  } catch (error) {
    // A commit whose answer was lost may have happened all the same.
    if (written !== undefined && (await isThere(store, written))) return written
    throw error
  } finally {
    await fenced.close()
  }
}

/**
 * Writes revisions again that are there, with the same numbers. Those of one collector are one transaction; what fails in the midst may
 * have done some of them, and can be done again.
 * @param make which of one collector's revisions are written again, and how
 */
export async function rewriteRevisions(
  store: CollectorStore,
  make: (revisions: readonly Collector[]) => readonly Collector[],
): Promise<void> {
  const { client, topic, prefix } = store
  if (!(await isTopicThere(store))) return
  const fenced = await createFencedProducer(client, collectorsIdOf(prefix))
  try {
    // Who writes a revision meanwhile fences this one, whose transaction then fails whole.
    for (const revisions of (await readRevisions(store)).values()) {
      const records = make(revisions).flatMap(each => {
        const value = topic.codec.encode(each)
        const keys = [`${each.name}/${each.revision}`]
        if (each.revision === revisions.at(-1)?.revision) keys.push(each.name)
        return keys.map(key => ({ topic: topic.name, partition: 0, key, value }))
      })
      if (records.length > 0) await fenced.commit(records, [])
    }
  } finally {
    await fenced.close()
  }
}

/** Whether a revision is there as it was to be written; the writer before is fenced first, so that the answer stays true. */
async function isThere(
  store: CollectorStore,
  { name, revision, at, by, definition }: Collector,
): Promise<boolean> {
  const fence = await createFencedProducer(store.client, collectorsIdOf(store.prefix))
  await fence.close()
  const found = (await readRevisions(store)).get(name)?.find(each => each.revision === revision)
  return found?.at === at && found.by === by && found.definition === definition
}
