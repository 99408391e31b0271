import { deepEqual, equal, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { standaloneOffsets } from './standalone-offsets.ts'

const loading = Object.assign(new Error('The coordinator is loading'), { retriable: true })

function clientThat(fails: readonly Error[]) {
  const left = [...fails]
  let asked = 0
  return {
    principal: 'User:a',
    brokers: ['k:9092'],
    asked: () => asked,
    admin: {
      async fetchOffsets() {
        asked++
        const failure = left.shift()
        if (failure !== undefined) throw failure
        return [{ topic: 't', partitions: [{ partition: 1, offset: '7', metadata: null }] }]
      },
    },
  }
}

test('a coordinator that is loading is asked again', async () => {
  const client = clientThat([loading])
  deepEqual(await standaloneOffsets(client, 'g'), [{ topic: 't', partition: 1, offset: 7, metadata: '' }])
  equal(client.asked(), 2)
})

test('what does not pass by itself is told at once', async () => {
  const client = clientThat([new Error('Not authorized to access group')])
  await rejects(standaloneOffsets(client, 'g'), /Not authorized/)
  equal(client.asked(), 1)
})

test('a right that is missing is named', async () => {
  const refused = Object.assign(new Error('Not authorized'), { type: 'GROUP_AUTHORIZATION_FAILED' })
  await rejects(standaloneOffsets(clientThat([refused]), 'g'), {
    name: 'NotAllowedError',
    what: 'Describe on group g',
  })
})
