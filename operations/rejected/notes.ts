// Which rejects were sent again, kept in a topic of its own: a note before the record is written and one after it.

import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import type { Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { readRange } from '@podpipe/runtime/kafka/read/read-range.ts'
import type { PlainProducer } from '@podpipe/runtime/kafka/write/producer.ts'
import type { Redriven } from '@podpipe/schemas/records.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'

/** The word in `connection` of a raw frame that a person sent again; its `sequence` is the offset of the reject. */
export const connection = 'redrive'

/** The last note of each reject, by its offset; none where nothing was ever sent again. */
export async function readNotes(
  client: KafkaClient,
  fetcher: Fetcher,
  { redriven }: Topics,
): Promise<Map<number, Redriven>> {
  const notes = new Map<number, Redriven>()
  if (!(await client.admin.listTopics()).includes(redriven.name)) return notes
  const place = { topic: redriven.name, partition: 0 }
  const { start, end } = await fetcher.offsets(place)
  for await (const records of readRange(fetcher, place, start, end)) {
    for (const { value } of records) {
      if (value === null) continue
      const note = redriven.codec.decode(value)
      notes.set(note.reject_offset, { ...note })
    }
  }
  return notes
}

/**
 * Settles the notes of a run that died between its two: a record of it is looked for behind the end that its partition
 * had before. A note whose record is there counts as done; one whose record is not is taken away.
 */
export async function settle(notes: Map<number, Redriven>, fetcher: Fetcher, topics: Topics): Promise<void> {
  const open = [...notes.values()].filter(({ is_done }) => !is_done)
  for (const [place, ofPlace] of Map.groupBy(open, ({ topic, partition }) => `${topic}/${partition}`)) {
    const [{ topic, partition } = { topic: place, partition: 0 }] = ofPlace
    const service = topics.services.find(each => topics.raw(each).name === topic)
    if (service === undefined) continue
    const arrived = new Set<number>()
    const { start, end } = await fetcher.offsets({ topic, partition })
    const from = Math.max(start, Math.min(...ofPlace.map(note => note.end)))
    for await (const records of readRange(fetcher, { topic, partition }, from, end)) {
      for (const { value } of records) {
        const frame = value === null ? undefined : readable(() => topics.raw(service).codec.decode(value))
        if (frame?.connection === connection) arrived.add(frame.sequence)
      }
    }
    for (const note of ofPlace) {
      if (arrived.has(note.reject_offset)) notes.set(note.reject_offset, { ...note, is_done: true })
      else notes.delete(note.reject_offset)
    }
  }
}

/** Writes notes, all of them or none that counts. */
export async function writeNotes(
  producer: PlainProducer,
  { redriven }: Topics,
  notes: readonly Redriven[],
): Promise<void> {
  await producer.send(
    notes.map(note => ({
      topic: redriven.name,
      partition: 0,
      key: String(note.reject_offset),
      value: redriven.codec.encode(note),
    })),
  )
}

// Whatever else lies in raw is not ours to judge here.
function readable<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
