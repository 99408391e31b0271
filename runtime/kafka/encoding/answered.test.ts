// The memory of a produce request, from kafkajs's connection on: used again when Kafka has answered, and only then.

import { equal, notEqual, rejects } from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import './faster-kafkajs.ts'

const require = createRequire(import.meta.url)

interface Queued {
  readonly entry: { resolve(answer: object): void; reject(error: Error): void }
  sendRequest(): void
}

const { send }: { send(this: object, options: object): Promise<unknown> } =
  require('kafkajs/src/network/connection').prototype
const produce: (request: object) => object = require('kafkajs/src/protocol/requests/produce/v7/request')
const response = { decode: async () => ({}), parse: async () => ({}) }

/** Sends a request of one MiB. @returns the memory in which it was sent */
async function sentIn(options: { acks?: number; fails?: boolean; parse?: () => Promise<object> }) {
  const { acks = -1, fails = false, parse = response.parse } = options
  const sent: Buffer[] = []
  const connection = {
    clientId: 'podpipe',
    isAuthenticated: () => true,
    failIfNotConnected: () => undefined,
    nextCorrelationId: () => 1,
    logDebug: () => undefined,
    logError: () => undefined,
    socket: { write: (bytes: Buffer) => sent.push(bytes) },
    requestQueue: {
      maybeThrottle: () => undefined,
      push({ entry, sendRequest }: Queued) {
        sendRequest()
        if (fails) entry.reject(new Error('cut'))
        else entry.resolve({ correlationId: 1, size: 4, entry, payload: Buffer.alloc(0) })
      },
    },
  }
  const messages = [{ key: null, value: Buffer.alloc(1024 * 1024) }]
  const topicData = [{ topic: 't', partitions: [{ partition: 0, messages }] }]
  const request = produce({ acks, timeout: 1, topicData })
  const sending = send.call(connection, { request, response: { ...response, parse } })
  if (fails || parse !== response.parse) await rejects(sending)
  else await sending
  equal(sent.length, 1)
  return sent[0]?.buffer
}

test('a request is sent in the memory of one that was answered', async () => {
  equal(await sentIn({}), await sentIn({}))
})

for (const [name, options] of [
  ['was cut off', { fails: true }],
  ['was answered with an error', { parse: () => Promise.reject(new Error('not the leader')) }],
  ['is not to be answered', { acks: 0 }],
] as const) {
  test(`a request that ${name} keeps its memory, which a socket may still have to send`, async () => {
    const kept = await sentIn(options)
    notEqual(await sentIn({}), kept)
    notEqual(await sentIn({}), kept)
  })
}
