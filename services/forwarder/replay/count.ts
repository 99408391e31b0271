// Counts what a replay would send, by reading it.

import { allEnded } from '@podpipe/runtime/all-ended.ts'
import type { RangeReader } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { readRange } from '@podpipe/runtime/kafka/read/read-range.ts'
import type { KafkaRecord } from '@podpipe/runtime/kafka/read/record.ts'
import type { Share } from './share.ts'

/** How many records of the shares, behind what is done, belong to the replay. */
export async function countSelected(
  fetcher: RangeReader,
  shares: readonly Share[],
  selects: (record: KafkaRecord) => boolean,
): Promise<number> {
  const counts = await allEnded(
    shares.map(async share => {
      let count = 0
      for await (const records of readRange(fetcher, share, share.offset, share.end))
        count += records.filter(selects).length
      return count
    }),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}
