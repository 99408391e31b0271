// Our encoder of fetch requests against kafkajs's own, byte for byte. The seed is printed; SEED=N repeats a run.

import { deepEqual, equal } from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { wholeBelow } from '../../test-random.ts'
import { placed } from './faster-kafkajs.ts'
import { encodeFetch, type FetchRequest } from './fetch-request.ts'

const require = createRequire(import.meta.url)

type Framing = (options: object) => Promise<{ buffer: Buffer; size(): number }>
type MakeRequest = (request: FetchRequest) => object

// kafkajs as podpipe runs it, and as it was published.
const ours = load()
for (const path of Object.keys(require.cache)) if (path.includes('/kafkajs/src/')) delete require.cache[path]
const plain = load()

function load() {
  const frame: Framing = require('kafkajs/src/protocol/request')
  const fetch: MakeRequest = require('kafkajs/src/protocol/requests/fetch/v11/request')
  return (request: FetchRequest, correlationId: number, clientId: string) =>
    frame({ request: fetch(request), correlationId, clientId })
}

const names = ['pod.unique.message', 'ü', '']

test('random requests are the same bytes as from kafkajs, and encoded by us', async t => {
  deepEqual(placed, { encoder: 'fast' })
  const seed = Number(process.env.SEED ?? randomInt(2 ** 31))
  t.diagnostic(`SEED=${seed}`)
  const random = wholeBelow(seed)
  for (let run = 0; run < 500; run++) {
    const request = {
      replicaId: random(9) - 1,
      isolationLevel: random(2),
      maxWaitTime: random(1_000),
      minBytes: random(2 ** 20),
      maxBytes: random(2 ** 31),
      ...(random(3) === 0 && { rackId: names[random(3)] ?? '' }),
      sessionId: random(2 ** 31),
      sessionEpoch: random(100) - 1,
      forgottenTopics: [],
      topics: Array.from({ length: random(5) }, () => ({
        topic: names[random(3)] ?? '',
        partitions: Array.from({ length: random(5) }, () => ({
          partition: random(100),
          fetchOffset: String(random(2) === 0 ? random(2 ** 31) : random(2 ** 31) * 2 ** 22),
          maxBytes: random(2 ** 31),
        })),
      })),
    }
    const named = [random(2 ** 31), names[random(3)] ?? ''] as const
    const expected = await plain(request, ...named)
    const found = await ours(request, ...named)
    equal(found.buffer.equals(expected.buffer), true, `SEED=${seed}, run ${run}: other bytes than kafkajs's`)
    equal(found.size(), expected.size())
    equal('buf' in found, false, `SEED=${seed}, run ${run}: kafkajs has encoded it`)
  }
})

test('what takes topics out of a session is left to kafkajs', () => {
  const request: FetchRequest = {
    replicaId: -1,
    maxWaitTime: 1,
    minBytes: 1,
    maxBytes: 1,
    isolationLevel: 1,
    sessionId: 5,
    sessionEpoch: 1,
    forgottenTopics: [{ topic: 'a', partitions: [0] }],
    topics: [],
  }
  const header = { apiKey: 1, apiVersion: 11, correlationId: 1, clientId: 'x' }
  equal(encodeFetch(request, header), undefined)
})
