import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { RangeReader } from '@podpipe/runtime/kafka/read/fetcher.ts'
import type { KafkaRecord } from '@podpipe/runtime/kafka/read/record.ts'
import { type From, readTopic } from './read.ts'

/** A partition by the times of its records; where there is none lies the mark of a transaction, which bears a later time. */
function partition(
  times: readonly (number | undefined)[],
  late: number,
): {
  fetcher: RangeReader
  client: Parameters<typeof readTopic>[0]['client']
} {
  const records = times.flatMap((timestamp, offset): KafkaRecord[] =>
    timestamp === undefined ? [] : [{ topic: 't', partition: 0, offset, timestamp, key: null, value: null }],
  )
  const fetcher: RangeReader = {
    offsets: async () => ({ start: 0, end: times.length }),
    open: (place, from) => ({
      ...place,
      take: async () => ({
        records: records.filter(({ offset }) => offset >= from),
        nextOffset: times.length,
        end: times.length,
        release: () => undefined,
      }),
      close: () => undefined,
    }),
  }
  const admin = {
    fetchTopicMetadata: async () => ({ topics: [{ name: 't', partitions: [{ partitionId: 0 }] }] }),
    // As Kafka does it: the first batch that is late enough, also where it is a mark.
    fetchTopicOffsetsByTimestamp: async (_: string, time: number) => {
      const at = times.findIndex(each => (each ?? late) >= time)
      return [{ partition: 0, offset: String(at < 0 ? times.length : at) }]
    },
  }
  return { fetcher, client: { admin } as unknown as Parameters<typeof readTopic>[0]['client'] }
}

const _ = undefined
const behind = [10, _, 11, 20, _, 21]

for (const [name, from, isOrdered, times, expected] of [
  ['from a time on, though marks before it bear later ones', 20, true, behind, [3, 5]],
  ['from a time on, where times do not grow', 20, false, [10, _, 30, 11, 20], [2, 4]],
  ['all', 'oldest', true, behind, [0, 2, 3, 5]],
  ['nothing, where nothing is late enough', 22, true, behind, []],
] as const) {
  test(`read is ${name}`, async () => {
    const read: number[] = []
    await readTopic({
      ...partition(times, 99),
      topic: 't',
      isOrdered,
      from: from as From,
      follow: false,
      signal: new AbortController().signal,
      onRecords: async records => void read.push(...records.map(({ offset }) => offset)),
    })
    deepEqual(read, expected)
  })
}
