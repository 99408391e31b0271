// `podpipe rejected redrive`: writes rejects to raw once more, and notes of each that it was.
//
// Of each there is a note before it is written and one after. Who dies in between leaves the first one alone, and
// whoever comes next looks into raw whether the record is there (notes.ts). So none is sent twice by two runs that
// follow each other; by two at once it may be, and dedup drops the copy.

import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { nameOf } from '@podpipe/runtime/kafka/assigner.ts'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import type { Fetcher } from '@podpipe/runtime/kafka/fetcher.ts'
import { createProducer } from '@podpipe/runtime/kafka/producer.ts'
import { readRange } from '@podpipe/runtime/kafka/read-range.ts'
import { applyTopics } from '@podpipe/runtime/kafka/topics.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'
import { writeNotes } from './notes.ts'
import { type Again, type Fate, type FirstFrame, fateOf } from './redrive-plan.ts'
import { ownerOf, type Reject } from './reject.ts'

/** What is written between two notes, at most: events, and bytes of them. */
const portionEvents = 500
const portionBytes = 4 * 1024 * 1024

/** What becomes of each reject; raw is asked what it knows of those that it still has. */
export async function planRedrive(
  rejects: readonly Reject[],
  { inputs }: Pick<PodpipeConfig, 'inputs'>,
  { fetcher, topics, cluster }: { fetcher: Fetcher; topics: Topics; cluster: string | undefined },
): Promise<{ readonly reject: Reject; readonly fate: Fate }[]> {
  const planned: { reject: Reject; fate: Fate }[] = []
  for (const reject of rejects) {
    const first = await firstFrame(reject, fetcher, topics)
    planned.push({ reject, fate: fateOf(reject, topics, inputs, first, cluster) })
  }
  return planned
}

async function firstFrame(reject: Reject, fetcher: Fetcher, topics: Topics): Promise<FirstFrame | undefined> {
  const { topic, partition, origin } = reject
  const owner = ownerOf(reject, topics)
  if (owner?.by !== 'dedup') return undefined
  const place = { topic, partition }
  const { start, end } = await fetcher.offsets(place)
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
  { client, fetcher, topics }: { client: KafkaClient; fetcher: Fetcher; topics: Topics },
  onWritten: (count: number) => void,
): Promise<void> {
  await applyTopics(client, [topics.redriven])
  const producer = await createProducer(client)
  try {
    for (const portion of portionsOf(again)) {
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
      onWritten(portion.length)
    }
  } finally {
    await producer.close()
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
