// One loop that asks each broker for everything its readers have room for; a reader that is full is left out of the next
// request, so a slow partition holds back nobody and memory stays bounded.

import { setTimeout as sleep } from 'node:timers/promises'
import { allEnded } from '../../all-ended.ts'
import { reasonOf } from '../../errors.ts'
import type { KafkaClient } from '../client.ts'
import type { InternalCluster } from '../connection/internals.ts'
import { memory } from '../encoding/memory.ts'
import { nameOf } from '../group/assigner.ts'
import { isRefusal, NotAllowedError } from '../refusal.ts'
import { leadersOf } from './offsets.ts'
import type { InternalReader } from './reader.ts'
import { chunkOf } from './record.ts'
import { createRelease } from './release.ts'

export interface FetchLoop {
  readonly readers: Set<InternalReader>
  /** Says that there is a new reader, or room in one. */
  wake(): void
  /** Ends it; resolves when nothing is on its way any more. */
  close(): Promise<void>
}

const readCommitted = 1
export const usualRequestBytes = 8 * 1024 * 1024
// How long a broker may wait for data. A reader that gets room meanwhile waits as long at most.
const waitTime = 100
const pauseAfterError = 250

/**
 * @param cluster for this loop alone: a broker answers each connection in order, so a question would wait behind a fetch that waits
 * @param told an error in words that say what to do
 * @param requestBytes how much one answer of a broker brings, but for a record that is larger
 */
export function startFetchLoop(
  client: KafkaClient,
  cluster: InternalCluster,
  told: (view: InternalCluster, error: unknown) => Promise<unknown>,
  requestBytes: number,
): FetchLoop {
  const readers = new Set<InternalReader>()
  let closed = false
  let wake = Promise.withResolvers<void>()

  const loop = async (): Promise<void> => {
    let failing = false
    for (let round = 0; !closed; round++) {
      const hungry = inTurn([...readers], round)
      if (hungry.length === 0) {
        await wake.promise
        wake = Promise.withResolvers()
        continue
      }
      try {
        await fetchInto(client, cluster, hungry, requestBytes)
        if (failing) client.log.info('reading from Kafka again')
        failing = false
      } catch (error) {
        if (closed) return
        if (!failing) {
          const reason = reasonOf(await told(cluster, error))
          client.log.warn({ reason }, 'cannot read from Kafka; trying until it answers')
        }
        failing = true
        await recover(cluster, error)
      }
    }
  }
  const running = loop()
  return {
    readers,
    wake: () => wake.resolve(),
    async close() {
      closed = true
      wake.resolve()
      await running
    },
  }
}

async function fetchInto(
  client: KafkaClient,
  cluster: InternalCluster,
  hungry: readonly InternalReader[],
  requestBytes: number,
): Promise<void> {
  const byLeader = await leadersOf(cluster, hungry)
  // All answers are awaited, also when one broker fails: a late one would meet readers that have been asked
  // for again meanwhile.
  await allEnded(
    [...byLeader].map(([nodeId, readers]) => fetchFromBroker(client, cluster, nodeId, readers, requestBytes)),
  )
}

/**
 * The readers to ask for, another one first each round: a broker fills the first partition of a request with
 * a whole batch however large, and the others only as far as there is room. One reader a partition, since a
 * request can name it only once; the next one has its turn in a later round.
 */
function inTurn(readers: readonly InternalReader[], round: number): InternalReader[] {
  const hungry = readers.filter(reader => reader.wantsMore())
  const first = round % Math.max(1, hungry.length)
  const turned = [...hungry.slice(first), ...hungry.slice(0, first)]
  return [...Map.groupBy(turned, nameOf).values()].flatMap(ofPartition => ofPartition.slice(0, 1))
}

async function fetchFromBroker(
  client: KafkaClient,
  cluster: InternalCluster,
  nodeId: string,
  readers: readonly InternalReader[],
  requestBytes: number,
): Promise<void> {
  const broker = await cluster.findBroker({ nodeId })
  // A reader may be closed and another one opened on its partition while the answer is on its way; each
  // answer goes to the reader that asked, and a closed one ignores it.
  const asked = new Map(readers.map(reader => [nameOf(reader), { reader, from: reader.position }]))
  try {
    const { responses } = await broker.fetch({
      isolationLevel: readCommitted,
      maxWaitTime: waitTime,
      minBytes: 1,
      maxBytes: requestBytes,
      topics: [...Map.groupBy(readers, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
        topic,
        partitions: ofTopic.map(({ partition, position, atOnce }) => ({
          partition,
          fetchOffset: String(position),
          maxBytes: atOnce,
        })),
      })),
    })
    const parts = responses.flatMap(({ topicName, partitions }) =>
      partitions.flatMap(response => {
        const question = asked.get(nameOf({ topic: topicName, partition: response.partition }))
        return question === undefined
          ? []
          : [{ reader: question.reader, chunk: chunkOf(topicName, question.from, response) }]
      }),
    )
    const onReleased = createRelease(
      parts.map(({ chunk }) => chunk),
      memory,
    )
    for (const { reader, chunk } of parts) reader.push(chunk, onReleased)
  } catch (error) {
    // kafkajs throws the first partition's error and drops the others' data; they are asked for again. It does not say
    // which partition may not be read, so then each is asked for alone.
    if (isRefusal(error)) return refuse(client, cluster, nodeId, readers)
    const outOfRange = error as { name?: string; topic?: string; partition?: number }
    if (outOfRange.name !== 'KafkaJSOffsetOutOfRange') throw error
    const question = asked.get(`${outOfRange.topic}-${outOfRange.partition}`)
    if (question === undefined) throw error
    question.reader.fail(
      new OffsetGoneError(
        `Offset ${question.from} of ${outOfRange.topic}, partition ${outOfRange.partition}, is not in the topic: it was deleted by retention, or the topic was made anew.`,
      ),
    )
  }
}

/** Asked again without end they would look as if nothing came; whoever reads has to know. */
async function refuse(
  client: KafkaClient,
  cluster: InternalCluster,
  nodeId: string,
  readers: readonly InternalReader[],
): Promise<void> {
  if (readers.length > 1) {
    for (const reader of readers) await fetchFromBroker(client, cluster, nodeId, [reader], usualRequestBytes)
    return
  }
  for (const reader of readers) reader.fail(new NotAllowedError(client, 'Read', 'topic', reader.topic))
}

/** Waits a moment and looks anew who leads what. */
export async function recover(cluster: InternalCluster, error: unknown): Promise<void> {
  const { name, host, port } = error as { name?: string; host?: string; port?: number }
  if (name === 'KafkaJSConnectionClosedError' && host !== undefined && port !== undefined) {
    cluster.removeBroker({ host, port })
  }
  await sleep(pauseAfterError)
  await cluster.refreshMetadata().catch(() => undefined)
}

/** The offset to read from is no longer there. What lay between it and the partition's start is lost. */
export class OffsetGoneError extends Error {
  override readonly name = 'OffsetGoneError'
}
