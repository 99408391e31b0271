// What of a range dedup has not decided yet: a replay that begins now cannot send it.

import { allEnded } from '@podpipe/runtime/all-ended.ts'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import type { Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { lastRecord } from '@podpipe/runtime/kafka/read/last-record.ts'
import { offsetsAtTime } from '@podpipe/runtime/kafka/read/offset-at-time.ts'
import type { Topics } from '@podpipe/schemas/topics.ts'

/**
 * Counts raw records before a time that no block of the ledger decides.
 * @param to milliseconds since 1970
 */
export async function countUndecided(
  client: KafkaClient,
  fetcher: Fetcher,
  topics: Topics,
  to: number,
): Promise<number> {
  const counts = topics.services.map(async service => {
    const [raw, seen] = [topics.raw(service), topics.seen(service)]
    const ends = await offsetsAtTime(client, raw.name, to)
    const left = ends.map(async (end, partition) => {
      const last = await lastRecord(fetcher, { topic: seen.name, partition })
      const { start } = await fetcher.offsets({ topic: raw.name, partition })
      const decided = last?.value == null ? start : seen.codec.decode(last.value).next_offset
      return Math.max(0, end - Math.max(start, decided))
    })
    return sum(await allEnded(left))
  })
  return sum(await allEnded(counts))
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
