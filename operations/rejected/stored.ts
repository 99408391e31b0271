// The rejects that Kafka keeps, with what was sent again of them.

import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import type { Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { readRange } from '@podpipe/runtime/kafka/read/read-range.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'
import { readNotes, settle } from './notes.ts'
import { isMeant, type Reject, type Selection } from './reject.ts'

/**
 * Hands out the rejects that are meant, in the order in which they were kept, each once: a transaction that was broken
 * off may have written one twice, and then the first counts.
 * @throws ConfigurationError where there is no topic of rejects
 */
export async function* readRejects(
  client: KafkaClient,
  fetcher: Fetcher,
  topics: Topics,
  selection: Selection,
): AsyncGenerator<Reject, void, undefined> {
  const { rejected } = topics
  if (!(await client.admin.listTopics()).includes(rejected.name)) {
    throw new ConfigurationError(
      `${client.brokers.join(', ')}: topic ${rejected.name} does not exist. Check that kafka.brokers and kafka.prefix are those of the podpipe that rejected.`,
    )
  }
  const notes = await readNotes(client, fetcher, topics)
  await settle(notes, fetcher, topics)
  const known = new Set<string>()
  const place = { topic: rejected.name, partition: 0 }
  const { start, end } = await fetcher.offsets(place)
  for await (const records of readRange(fetcher, place, start, end)) {
    for (const { offset, timestamp: time, value } of records) {
      if (value === null) continue
      const found = rejectIn({ offset, time, value }, topics)
      // An output's reject stands beside another output's of the same record, with another error.
      const name = `${found.topic}/${found.partition}/${found.origin}/${found.error}`
      if (known.has(name)) continue
      known.add(name)
      const note = notes.get(offset)
      const reject: Reject = { ...found, ...(note !== undefined && { redriven: note.at }) }
      if (isMeant(reject, selection, topics)) yield reject
    }
  }
}

/**
 * Hands out rejects by their numbers, and reads nothing else of the topic; what is not there, or was sent again, is left out.
 */
export async function* readRejectsAt(
  client: KafkaClient,
  fetcher: Fetcher,
  topics: Topics,
  numbers: readonly number[],
): AsyncGenerator<Reject, void, undefined> {
  const notes = await readNotes(client, fetcher, topics)
  await settle(notes, fetcher, topics)
  const place = { topic: topics.rejected.name, partition: 0 }
  const { start, end } = await fetcher.offsets(place)
  for (const number of new Set(numbers)) {
    if (number < start || number >= end || notes.has(number)) continue
    for await (const records of readRange(fetcher, place, number, number + 1)) {
      for (const { offset, timestamp: time, value } of records)
        if (value !== null) yield rejectIn({ offset, time, value }, topics)
    }
  }
}

function rejectIn(
  { offset, time, value }: { readonly offset: number; readonly time: number; readonly value: Buffer },
  { rejected }: Topics,
): Reject {
  const { topic, partition, offset: origin, reason, error, bytes } = rejected.codec.decode(value)
  return { offset, time, topic, partition, origin, reason, error, bytes: Buffer.from(bytes) }
}
