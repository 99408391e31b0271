// The positions topic as a command sees it: everything that is in it, and one position written or cleared
// while ingest is not there to write its own.

import { partitionOf } from '@podpipe/ingest/position.ts'
import { ConfigurationError, reasonOf } from '@podpipe/runtime/errors.ts'
import { checkTopics } from '@podpipe/runtime/kafka/administration/topics.ts'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import { countMembers } from '@podpipe/runtime/kafka/group/group-members.ts'
import { createFetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { readRange } from '@podpipe/runtime/kafka/read/read-range.ts'
import { writeRecord } from '@podpipe/runtime/kafka/write/write-record.ts'
import type { Position } from '@podpipe/schemas/records.ts'
import type { Topic } from '@podpipe/schemas/topics.ts'
import type { Stored } from './position-report.ts'

/**
 * The last position of every session in the topic.
 * @throws ConfigurationError when the topic is missing or has another number of partitions
 */
export async function readPositions(
  client: KafkaClient,
  topic: Topic<Position>,
): Promise<Map<string, Stored>> {
  const [found] = await checkTopics(client, [topic])
  if (found?.change === 'create') {
    throw new ConfigurationError(
      `${client.brokers.join(', ')}: topic ${topic.name} does not exist; create it with: podpipe topics apply.`,
    )
  }
  if (found?.change === 'refused') {
    throw new ConfigurationError(`Topic ${topic.name} cannot be used: ${found.why}.`)
  }
  const stored = new Map<string, Stored>()
  const fetcher = await createFetcher(client)
  try {
    for (let partition = 0; partition < topic.partitions; partition++) {
      const place = { topic: topic.name, partition }
      const { start, end } = await fetcher.offsets(place)
      for await (const records of readRange(fetcher, place, start, end)) {
        for (const { key, value } of records) {
          const session = key?.toString() ?? ''
          // A record without a value clears what was there.
          if (value === null) stored.delete(session)
          else stored.set(session, decode(topic, value))
        }
      }
    }
  } finally {
    await fetcher.close()
  }
  return stored
}

// One that a later version has written must not hide the others.
function decode({ codec }: Topic<Position>, value: Buffer): Stored {
  try {
    return { position: codec.decode(value) }
  } catch (error) {
    return { unreadable: reasonOf(error) }
  }
}

/** @throws ConfigurationError while anybody runs sessions: their next write would undo the change */
export async function requireStopped(client: KafkaClient, groupId: string): Promise<void> {
  const members = await countMembers(client, groupId)
  if (members === 0) return
  throw new ConfigurationError(
    `Nothing was changed: ${members} ${members === 1 ? 'process' : 'processes'} of ingest, in group ${groupId}, would write over it. Stop ingest first; one that was killed is forgotten by Kafka after 10 s.`,
  )
}

/**
 * Writes a position, or clears it.
 * @param options.position undefined to clear
 * @throws ConfigurationError while ingest runs; Error when it started in the same moment
 */
export async function writePosition(options: {
  client: KafkaClient
  topic: Topic<Position>
  groupId: string
  session: string
  position: Position | undefined
}): Promise<void> {
  const { client, topic, groupId, session, position } = options
  await requireStopped(client, groupId)
  await writeRecord(client, {
    topic: topic.name,
    partition: partitionOf(session, topic.partitions),
    key: session,
    value: position === undefined ? null : topic.codec.encode(position),
  })
  // An ingest that joined between the question and the write may have read the old position, and writes it
  // back within a second. It cannot be told from one that has read the new one, so it is said.
  if ((await countMembers(client, groupId)) === 0) return
  throw new Error(
    `The position of ${session} was written, but ingest started in the same moment and may not have read it. Stop ingest and repeat the command.`,
  )
}
