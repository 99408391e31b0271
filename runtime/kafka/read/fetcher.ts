// Reads partitions from any offset, each at its own pace.

import { hiddenIn } from '../administration/rights.ts'
import type { KafkaClient } from '../client.ts'
import type { InternalCluster } from '../connection/internals.ts'
import type { TopicPartition } from '../group/assigner.ts'
import { isPassing } from '../passing.ts'
import { explained, isRefusal, NotAllowedError } from '../refusal.ts'
import { recover, startFetchLoop, usualRequestBytes } from './fetch-loop.ts'
import { type Edge, edgesOf, firstRecordFrom } from './offsets.ts'
import { createReader, type InternalReader, type PartitionReader } from './reader.ts'
import type { KafkaRecord } from './record.ts'

export interface Fetcher {
  /**
   * Starts to read a partition at an offset. Close the reader when done.
   * @param ahead how much is read ahead of who takes it, in bytes; 2 MiB if left out
   * @param atOnce how much is asked for at once, in bytes; half of that if left out
   * @param to behind what is there and is to be read; without it the reader goes on to what comes. Somewhat more may be read
   */
  open(partition: TopicPartition, from: number, ahead?: number, atOnce?: number, to?: number): PartitionReader
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
  // A broker answers each connection in order: a question would wait behind a fetch that waits for data, and so would what is
  // there already and only has to be read, as a ledger whose partition stands still until then.
  const [following, reading, asking] = [
    client.createCluster(),
    client.createCluster(),
    client.createCluster(),
  ]
  await Promise.all([following, reading, asking].map(cluster => cluster.connect()))
  let closed = false

  // A view of the cluster that was asked about several topics fails for all of them when one must not be seen any more.
  const told = async (view: InternalCluster, error: unknown, read?: string): Promise<unknown> => {
    if (!isRefusal(error)) return error
    const topics = [...view.targetTopics]
    const [hidden] = await hiddenIn(view, topics).catch(() => [])
    if (hidden === undefined && read !== undefined)
      return new NotAllowedError(client, 'Read', 'topic', read, error)
    return explained(error, client, { topic: hidden ?? topics.join(' and ') })
  }
  const news = startFetchLoop(client, following, told, requestBytes)
  const ranges = startFetchLoop(client, reading, told, requestBytes)
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
    open(partition, from, ahead, atOnce, to) {
      const { readers, wake } = to === undefined ? news : ranges
      const reader: InternalReader = createReader(
        partition,
        from,
        wake,
        () => readers.delete(reader),
        ahead,
        atOnce,
        to,
      )
      readers.add(reader)
      wake()
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
      await Promise.all([news.close(), ranges.close()])
      await Promise.all([following, reading, asking].map(cluster => cluster.disconnect()))
    },
  }
}
