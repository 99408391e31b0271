// Reads partitions from any offset, each at its own pace. One loop asks each broker for everything its
// readers have room for; a reader that is full is left out of the next request, so a slow partition holds
// back nobody and memory stays bounded.

import { setTimeout as sleep } from 'node:timers/promises'
import { allEnded } from '../../all-ended.ts'
import { reasonOf } from '../../errors.ts'
import { hiddenIn } from '../administration/rights.ts'
import type { KafkaClient } from '../client.ts'
import type { InternalCluster } from '../connection/internals.ts'
import { memory } from '../encoding/memory.ts'
import { nameOf, type TopicPartition } from '../group/assigner.ts'
import { isPassing } from '../passing.ts'
import { explained, isRefusal, NotAllowedError } from '../refusal.ts'
import { type Edge, edgesOf, firstRecordFrom, leadersOf } from './offsets.ts'
import { createReader, type InternalReader, type PartitionReader } from './reader.ts'
import { chunkOf, type KafkaRecord } from './record.ts'
import { createRelease } from './release.ts'

export interface Fetcher {
  /**
   * Starts to read a partition at an offset. Close the reader when done.
   * @param ahead how much is read ahead of who takes it, in bytes; 2 MiB if left out
   * @param atOnce how much is asked for at once, in bytes; half of that if left out
   */
  open(partition: TopicPartition, from: number, ahead?: number, atOnce?: number): PartitionReader
  /** The partition's first offset and its last stable one: what is there to be read. */
  offsets(partition: TopicPartition): Promise<{ readonly start: number; readonly end: number }>
  /** One edge of several partitions, in the order of the question. */
  edges(partitions: readonly TopicPartition[], edge: Edge): Promise<number[]>
  /** The first record of `[offset, end)`, also of a transaction that is still open. */
  firstRecord(partition: TopicPartition, offset: number, end: number): Promise<KafkaRecord | undefined>
  close(): Promise<void>
}

/** What it takes to read a stretch of a partition. */
export type RangeReader = Pick<Fetcher, 'open' | 'offsets'>

const readCommitted = 1
const usualRequestBytes = 8 * 1024 * 1024
// How long a broker may wait for data. A reader that gets room meanwhile waits as long at most.
const waitTime = 100
const pauseAfterError = 250
const attempts = 8

/**
 * @param patience for how long at least a question is asked again whose answer fails for a reason that passes, in
 * milliseconds; without it some seconds, since a service has a way of its own to begin again
 * @param requestBytes how much one answer of a broker brings, but for a record that is larger
 */
export async function createFetcher(
  client: KafkaClient,
  patience = 0,
  requestBytes = usualRequestBytes,
): Promise<Fetcher> {
  const cluster = client.createCluster()
  // A broker answers each connection in order: a question would wait behind a fetch that waits for data.
  const asking = client.createCluster()
  await Promise.all([cluster.connect(), asking.connect()])
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
  // A view of the cluster that was asked about several topics fails for all of them when one must not be seen any more.
  const told = async (view: InternalCluster, error: unknown, read?: string): Promise<unknown> => {
    if (!isRefusal(error)) return error
    const topics = [...view.targetTopics]
    const [hidden] = await hiddenIn(view, topics).catch(() => [])
    if (hidden === undefined && read !== undefined)
      return new NotAllowedError(client, 'Read', 'topic', read, error)
    return explained(error, client, { topic: hidden ?? topics.join(' and ') })
  }
  const running = loop()
  // What passes by itself, as a leader that is not known yet, is asked for again. A question that reads names the topic.
  const ask = async <Answer>(question: () => Promise<Answer>, read?: string): Promise<Answer> => {
    const until = performance.now() + patience
    for (let attempt = 1; ; attempt++) {
      try {
        return await question()
      } catch (error) {
        const isOver = attempt >= attempts && performance.now() > until
        if (isOver || closed || !isPassing(error)) throw await told(asking, error, read)
        await recover(asking, error)
      }
    }
  }

  return {
    open(partition, from, ahead, atOnce) {
      const reader = createReader(
        partition,
        from,
        () => wake.resolve(),
        () => readers.delete(reader),
        ahead,
        atOnce,
      )
      readers.add(reader)
      wake.resolve()
      return reader
    },
    async offsets(partition) {
      const [start = 0] = await ask(() => edgesOf(asking, [partition], 'start'))
      const [end = 0] = await ask(() => edgesOf(asking, [partition], 'stable'))
      return { start, end }
    },
    edges: (partitions, edge) => ask(() => edgesOf(asking, partitions, edge)),
    firstRecord: (partition, offset, end) =>
      ask(() => firstRecordFrom(asking, partition, offset, end), partition.topic),
    async close() {
      closed = true
      wake.resolve()
      await running
      await Promise.all([cluster.disconnect(), asking.disconnect()])
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

async function recover(cluster: InternalCluster, error: unknown): Promise<void> {
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
