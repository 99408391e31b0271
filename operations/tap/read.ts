// Reads topics from a time on, or as they grow, and hands out each record once.

import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import type { RangeReader } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { offsetsAtTime } from '@podpipe/runtime/kafka/read/offset-at-time.ts'
import { offsetsOfTime } from '@podpipe/runtime/kafka/read/offset-of-time.ts'
import type { KafkaRecord } from '@podpipe/runtime/kafka/read/record.ts'

const chunk = { maxRecords: 1_000, wait: 0 }

/** Where to begin: with the oldest record, with what comes from now on, or at a time in milliseconds since 1970. */
export type From = 'oldest' | 'now' | number

/**
 * Reads all partitions of a topic side by side until the signal fires; without `follow`, up to where they end now.
 * @param options.isOrdered whether the times of each partition grow; in the topic of rejects, where partitions of many
 * topics come together, they do not
 * @param onRecords takes what was read; no more of the partition is read until it is done with it
 */
export async function readTopic(options: {
  client: Pick<KafkaClient, 'admin'>
  fetcher: RangeReader
  topic: string
  isOrdered: boolean
  from: From
  follow: boolean
  signal: AbortSignal
  onRecords: (records: readonly KafkaRecord[]) => Promise<void>
}): Promise<void> {
  const { client, fetcher, topic, isOrdered, from, follow, signal, onRecords } = options
  const since = typeof from === 'number' ? from : Number.NEGATIVE_INFINITY
  const metadata = await client.admin.fetchTopicMetadata({ topics: [topic] })
  const partitions = (metadata.topics[0]?.partitions ?? []).map(({ partitionId }) => partitionId)
  // Where times do not grow, Kafka's own look-up still has nothing that is late enough before its answer.
  const atTime =
    typeof from !== 'number'
      ? []
      : isOrdered
        ? await offsetsOfTime(client, fetcher, topic, from)
        : await offsetsAtTime(client, topic, from)

  const readOne = async (partition: number): Promise<void> => {
    const place = { topic, partition }
    const { start, end } = await fetcher.offsets(place)
    const begin = from === 'oldest' ? start : from === 'now' ? end : Math.min(atTime[partition] ?? end, end)
    if (!follow && begin >= end) return
    const reader = fetcher.open(place, Math.max(start, begin))
    const close = (): void => reader.close()
    signal.addEventListener('abort', close, { once: true })
    try {
      for (let next = begin; !signal.aborted && (follow || next < end); ) {
        const taken = await reader.take(chunk)
        next = taken.nextOffset
        const isAsked = ({ offset, timestamp }: KafkaRecord): boolean =>
          timestamp >= since && (follow || offset < end)
        await onRecords(taken.records.filter(isAsked))
      }
    } catch (error) {
      // The reader that was closed under us is how following ends.
      if (!signal.aborted) throw error
    } finally {
      signal.removeEventListener('abort', close)
      reader.close()
    }
  }
  await Promise.all(partitions.map(readOne))
}
