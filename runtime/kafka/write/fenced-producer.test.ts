// Where the batches of a transaction lie, and whether it may be committed.

import { deepEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { joined, placesOf, requireExpected } from './fenced-producer.ts'
import { place } from './test-metadata.ts'

test('partitions that took their batch once are told with the offset of its first record', () => {
  deepEqual(placesOf([place('unique', 3, '17'), place('seen', 3, '4')]), [
    { topic: 'unique', partition: 3, firstOffset: 17 },
    { topic: 'seen', partition: 3, firstOffset: 4 },
  ])
})

test('a partition that refused its batch is an error, whatever the others did', () => {
  throws(() => placesOf([{ ...place('unique', 3, '-1'), errorCode: 6 }]), /partition 3/)
})

const at = (topic: string, firstOffset: number) => ({ topic, partition: 1, firstOffset })

test('a batch that lies where the last commit ended may be committed', () => {
  requireExpected([at('unique', 247), at('seen', 6), at('rejected', 12)], [at('unique', 247), at('seen', 6)])
})

test('a batch behind something uncommitted may not', () => {
  throws(
    () => requireExpected([at('unique', 279), at('seen', 6)], [at('unique', 247), at('seen', 6)]),
    /offset 279 and not at 247/,
  )
})

test('requests to one partition must follow each other without a gap', () => {
  const part = (firstOffset: number, count: number) => ({ places: [at('seen', firstOffset)], count })
  deepEqual(joined([]), [])
  deepEqual(joined([part(5, 2), part(7, 1), part(8, 4)]), [at('seen', 5)])
  throws(() => joined([part(5, 2), part(8, 1)]), /at offset 8 and not at 7/)
})
