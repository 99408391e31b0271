// Samples of the flow, read back from the topic of history.

import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import type { Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { offsetsAtTime } from '@podpipe/runtime/kafka/read/offset-at-time.ts'
import { readRange } from '@podpipe/runtime/kafka/read/read-range.ts'
import type { HistoryEntry } from '@podpipe/schemas/records.ts'
import type { Topic } from '@podpipe/schemas/topics.ts'
import { type Sample, samplesAmong } from './sample.ts'

/**
 * The samples since a time, the oldest first.
 * @param since milliseconds since 1970
 * @param atMost of more than that every second one is returned, every third, and so on
 * @throws what Kafka answers when the topic is not there
 */
export async function readSamples(
  client: KafkaClient,
  fetcher: Fetcher,
  { name: topic, codec }: Topic<HistoryEntry>,
  since: number,
  atMost: number,
): Promise<Sample[]> {
  const [from = 0] = await offsetsAtTime(client, topic, since)
  const { start, end } = await fetcher.offsets({ topic, partition: 0 })
  const entries: HistoryEntry[] = []
  for await (const records of readRange(fetcher, { topic, partition: 0 }, Math.max(from, start), end)) {
    for (const { value } of records) if (value !== null) entries.push(codec.decode(value))
  }
  const samples = samplesAmong(entries)
  const step = Math.ceil(samples.length / atMost)
  return samples.filter((_, at) => at % step === 0)
}
