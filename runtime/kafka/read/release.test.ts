import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { KafkaRecord } from './record.ts'
import { createRelease } from './release.ts'

const answer = Buffer.alloc(1)
const records: KafkaRecord[] = [
  { topic: 't', partition: 0, offset: 0, timestamp: 0, key: null, value: Buffer.alloc(1) },
]

for (const [name, chunks, released, expected] of [
  [
    'released by all its chunks',
    [
      { records, memory: answer },
      { records, memory: answer },
    ],
    2,
    [answer],
  ],
  [
    'not released by some of them',
    [
      { records, memory: answer },
      { records, memory: answer },
    ],
    1,
    [],
  ],
  ['held as well by what kafkajs has decoded', [{ records }, { records, memory: answer }], 1, []],
  ['not held by a chunk without records', [{ records: [] }, { records, memory: answer }], 1, [answer]],
  ['of kafkajs alone, and left to the collector', [{ records }], 1, []],
] satisfies [string, Parameters<typeof createRelease>[0], number, Buffer[]][]) {
  test(`an answer is ${name}`, () => {
    const given: Uint8Array[] = []
    const release = createRelease(chunks, { give: bytes => given.push(bytes) })
    for (let times = 0; times < released; times++) release()
    deepEqual(given, expected)
  })
}
