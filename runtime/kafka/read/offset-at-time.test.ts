import { deepEqual, equal, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { offsetsAtTime } from './offset-at-time.ts'

function clientThat(fails: readonly Error[]) {
  const left = [...fails]
  let asked = 0
  return {
    asked: () => asked,
    admin: {
      async fetchTopicOffsetsByTimestamp() {
        asked++
        const failure = left.shift()
        if (failure !== undefined) throw failure
        return [
          { partition: 1, offset: '7' },
          { partition: 0, offset: '3' },
        ]
      },
    },
  }
}

for (const [name, failure] of [
  [
    'of which kafkajs has lost sight',
    new TypeError("Cannot destructure property 'partitions' of 'high.pop(...)'"),
  ],
  ['whose leader changes', Object.assign(new Error('not the leader'), { retriable: true })],
] as const) {
  test(`a topic ${name} is asked for again`, async () => {
    const client = clientThat([failure])
    deepEqual(await offsetsAtTime(client, 't', 1), [3, 7])
    equal(client.asked(), 2)
  })
}

test('what does not pass by itself is told at once', async () => {
  const client = clientThat([new Error('Not authorized to access topic')])
  await rejects(offsetsAtTime(client, 't', 1), /Not authorized/)
  equal(client.asked(), 1)
})
