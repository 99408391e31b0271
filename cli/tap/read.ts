// Reads topics from a time on, or as they grow, and hands out each record once.

import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import type { Fetcher } from '@podpipe/runtime/kafka/fetcher.ts'
import { offsetsAtTime } from '@podpipe/runtime/kafka/offset-at-time.ts'
import type { KafkaRecord } from '@podpipe/runtime/kafka/record.ts'

const chunk = { maxRecords: 1_000, wait: 0 }

/** Where to begin: with the oldest record, with what comes from now on, or at a time in milliseconds since 1970. */
export type From = 'oldest' | 'now' | number

/**
 * Reads all partitions of a topic side by side until the signal fires; without `follow`, up to where they end now.
 * @param onRecords takes what was read; no more of the partition is read until it is done with it
 */
export async function readTopic(options: {
  client: KafkaClient
  fetcher: Fetcher
  topic: string
  from: From
  follow: boolean
  signal: AbortSignal
  onRecords: (records: readonly KafkaRecord[]) => Promise<void>
}): Promise<void> {
  const { client, fetcher, topic, from, follow, signal, onRecords } = options
  const metadata = await client.admin.fetchTopicMetadata({ topics: [topic] })
  const partitions = (metadata.topics[0]?.partitions ?? []).map(({ partitionId }) => partitionId)
  const atTime = typeof from === 'number' ? await offsetsAtTime(client, topic, from) : []

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
        await onRecords(follow ? taken.records : taken.records.filter(({ offset }) => offset < end))
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
