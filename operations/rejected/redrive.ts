// Writes rejects to raw once more, and notes of each that it was.
//
// Of each there is a note before it is written and one after. Who dies in between leaves the first one alone, and
// whoever comes next looks into raw whether the record is there (notes.ts). So none is sent twice by two runs that
// follow each other; by two at once it may be, and dedup drops the copy.

import { allEnded } from '@podpipe/runtime/all-ended.ts'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { applyTopics } from '@podpipe/runtime/kafka/administration/topics.ts'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import { nameOf, type TopicPartition } from '@podpipe/runtime/kafka/group/assigner.ts'
import type { Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { readRange } from '@podpipe/runtime/kafka/read/read-range.ts'
import { createProducer } from '@podpipe/runtime/kafka/write/producer.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'
import { writeNotes } from './notes.ts'
import { type Again, type Fate, type FirstFrame, fateOf } from './redrive-plan.ts'
import { ownerOf, type Reject } from './reject.ts'

/** What is written between two notes, at most: events, and bytes of them. */
const portionEvents = 500
const portionBytes = 4 * 1024 * 1024

/** Raw records that are asked for side by side. */
const side = 16

export interface Planned {
  readonly reject: Reject
  readonly fate: Fate
}

/**
 * What becomes of each reject; raw is asked what it knows of those that it still has.
 * @param options.isPreview whether where they go is enough: then raw is asked only where the cluster hangs on it
 */
export async function planRedrive(
  rejects: readonly Reject[],
  { inputs }: Pick<PodpipeConfig, 'inputs'>,
  options: {
    readonly fetcher: Fetcher
    readonly topics: Topics
    readonly cluster: string | undefined
    readonly isPreview?: boolean
  },
): Promise<Planned[]> {
  const { fetcher, topics, cluster, isPreview = false } = options
  const isKnown = cluster !== undefined || new Set(inputs.map(each => each.cluster)).size === 1
  const edges = new Map<string, ReturnType<Fetcher['offsets']>>()
  const edgesOf = (place: TopicPartition): ReturnType<Fetcher['offsets']> => {
    const name = nameOf(place)
    const known = edges.get(name) ?? fetcher.offsets(place)
    edges.set(name, known)
    return known
  }
  const planned: Planned[] = []
  for (let at = 0; at < rejects.length; at += side) {
    const some = rejects.slice(at, at + side).map(async (reject): Promise<Planned> => {
      const first = isPreview && isKnown ? undefined : await firstFrame(reject, fetcher, topics, edgesOf)
      return { reject, fate: fateOf(reject, topics, inputs, first, cluster) }
    })
    planned.push(...(await allEnded(some)))
  }
  return planned
}

async function firstFrame(
  reject: Reject,
  fetcher: Fetcher,
  topics: Topics,
  edgesOf: (place: TopicPartition) => ReturnType<Fetcher['offsets']>,
): Promise<FirstFrame | undefined> {
  const { topic, partition, origin } = reject
  const owner = ownerOf(reject, topics)
  if (owner?.by !== 'dedup') return undefined
  const place = { topic, partition }
  const { start, end } = await edgesOf(place)
  if (origin < start || origin >= end) return undefined
  for await (const records of readRange(fetcher, place, origin, origin + 1)) {
    const value = records[0]?.value
    if (value == null) continue
    try {
      const { cluster, mode, received_at } = topics.raw(owner.service).codec.decode(value)
      return { cluster, mode, received_at }
    } catch {
      return undefined
    }
  }
  return undefined
}

/**
 * Writes them, a portion at a time.
 * @param onWritten is told how many are written and noted
 * @throws when Kafka does not take them; those that were told of are done
 */
export async function redrive(
  again: readonly Again[],
  kafka: { readonly client: KafkaClient; readonly fetcher: Fetcher; readonly topics: Topics },
  onWritten: (count: number) => void,
): Promise<void> {
  const redriving = await openRedrive(kafka)
  try {
    await redriving.write(again, onWritten)
  } finally {
    await redriving.close()
  }
}

export interface Redriving {
  /** As `redrive`; may be called again. */
  write(again: readonly Again[], onWritten: (count: number) => void): Promise<void>
  close(): Promise<void>
}

/** Opens a way to write rejects to raw. */
export async function openRedrive({
  client,
  fetcher,
  topics,
}: {
  readonly client: KafkaClient
  readonly fetcher: Fetcher
  readonly topics: Topics
}): Promise<Redriving> {
  await applyTopics(client, [topics.redriven])
  const producer = await createProducer(client)
  const writePortion = async (portion: readonly Again[]): Promise<void> => {
    const ends = await endsOf(portion, fetcher)
    const notes = portion.map(({ reject, topic, partition }) => ({
      reject_offset: reject.offset,
      at: Date.now(),
      topic,
      partition,
      end: ends.get(nameOf({ topic, partition })) ?? 0,
      is_done: false,
    }))
    await writeNotes(producer, topics, notes)
    await producer.send(
      portion.map(({ topic, partition, key, frame, service }) => ({
        topic,
        partition,
        key,
        value: topics.raw(service).codec.encode(frame),
      })),
    )
    await writeNotes(
      producer,
      topics,
      notes.map(note => ({ ...note, is_done: true })),
    )
  }
  return {
    async write(again, onWritten) {
      for (const portion of portionsOf(again)) {
        await writePortion(portion)
        onWritten(portion.length)
      }
    },
    close: () => producer.close(),
  }
}

/** Where the partitions end that a portion goes to; each is asked for once. */
async function endsOf(portion: readonly Again[], fetcher: Fetcher): Promise<Map<string, number>> {
  const places = new Map(
    portion.map(({ topic, partition }) => [nameOf({ topic, partition }), { topic, partition }]),
  )
  const ends = await fetcher.edges([...places.values()], 'high')
  return new Map([...places.keys()].map((name, at) => [name, ends[at] ?? 0]))
}

function portionsOf(again: readonly Again[]): Again[][] {
  const portions: Again[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const each of again) {
    bytes += each.frame.frame.length
    const last = portions.at(-1)
    if (last === undefined || last.length === portionEvents || bytes > portionBytes) {
      portions.push([each])
      bytes = each.frame.frame.length
    } else last.push(each)
  }
  return portions
}
