// The collectors in force as they change: a topic that is not there, that comes, that fails, that is made anew.

import { deepEqual, equal } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Collector } from '@podpipe/schemas/records.ts'
import { topicsOf } from '@podpipe/schemas/topics.ts'
import type { KafkaClient } from '../kafka/client.ts'
import type { Fetcher } from '../kafka/read/fetcher.ts'
import { createLog } from '../log.ts'
import { followCollectors } from './follow.ts'

const { collectors: topic } = topicsOf({ prefix: 'pod', partitions: 1, services: [] })

/** A topic in memory. `fails` makes every question to it fail. */
function world(t: TestContext) {
  const state = { isThere: true, fails: false, records: [] as { key: Buffer; value: Buffer }[] }
  const ask = <Answer>(answer: Answer): Promise<Answer> =>
    state.fails ? Promise.reject(new Error('Kafka is away')) : Promise.resolve(answer)
  const client = {
    admin: {
      listTopics: () => ask(state.isThere ? [topic.name] : []),
      fetchTopicMetadata: () => ask({ topics: [{ name: topic.name, partitions: [{}] }] }),
    },
  } as unknown as KafkaClient
  const fetcher = {
    edges: () => ask([state.records.length]),
    offsets: () => ask({ start: 0, end: state.records.length }),
    open: (_: unknown, from: number) => ({
      take: () =>
        ask({
          records: state.records.slice(from).map((record, at) => ({ ...record, offset: from + at })),
          nextOffset: state.records.length,
        }),
      close: () => undefined,
    }),
  } as unknown as Pick<Fetcher, 'open' | 'offsets' | 'edges'>
  const seen: string[][] = []
  const stop = new AbortController()
  const { first, done } = followCollectors({
    ...{ client, fetcher, topic, log: createLog('test', 'silent'), signal: stop.signal, pollEvery: 1 },
    onChange: async inForce =>
      void seen.push(inForce.map(({ name, revision }) => `${name} ${revision}`).sort()),
  })
  t.after(() => {
    stop.abort()
    return done
  })
  const until = async (expected: string): Promise<void> => {
    while (seen.at(-1)?.join() !== expected) await sleep(1)
  }
  const write = (name: string, revision: number): void => {
    const what = 'edited'
    const collector: Collector = {
      ...{ name, revision, at: 0, by: 'anna', what, from_revision: null, definition: '{}', secrets: [] },
    }
    const value = topic.codec.encode(collector)
    for (const key of [name, `${name}/${revision}`]) state.records.push({ key: Buffer.from(key), value })
  }
  return { state, seen, first, until, write }
}

test('what is in force is told at first, and again when it changes; history is not', async t => {
  const { seen, first, until, write } = world(t)
  write('acme', 1)
  write('globex', 4)
  await first
  deepEqual(seen, [['acme 1', 'globex 4']])
  write('acme', 2)
  await until('acme 2,globex 4')
  equal(seen.length, 2)
})

test('a topic that is not there holds nobody up, and is found when it comes', async t => {
  const { state, seen, first, until, write } = world(t)
  state.isThere = false
  await first
  deepEqual(seen, [])
  write('acme', 1)
  state.isThere = true
  await until('acme 1')
})

test('a Kafka that is away from the start holds nobody up for long, and is followed when it is back', async t => {
  const { state, seen, first, until, write } = world(t)
  write('acme', 1)
  state.fails = true
  await first
  deepEqual(seen, [])
  state.fails = false
  await until('acme 1')
})

test('one that goes away takes nothing away', async t => {
  const { state, seen, first, until, write } = world(t)
  write('acme', 1)
  await first
  state.fails = true
  await sleep(20)
  deepEqual(seen, [['acme 1']])
  write('acme', 2)
  state.fails = false
  await until('acme 2')
})

test('what a later version has written is not in force, and hides no other', async t => {
  const { state, first, until, write } = world(t)
  write('acme', 1)
  write('globex', 1)
  await first
  state.records.push({ key: Buffer.from('acme'), value: Buffer.from('c3010102030405060708aa', 'hex') })
  await until('globex 1')
})

test('a topic that was made anew begins again', async t => {
  const { state, first, until, write } = world(t)
  write('acme', 1)
  write('acme', 2)
  await first
  state.records.length = 0
  write('globex', 1)
  await until('globex 1')
})
