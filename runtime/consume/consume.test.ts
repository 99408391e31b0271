// A consumer whose partitions come and go at the test's word: what is committed, what waits for what, and how
// it ends.

import { deepEqual, equal, match, rejects } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { KafkaClient } from '../kafka/client.ts'
import { FakeConsumer, type Script } from '../kafka/group/test-consumer.ts'
import type { Fetcher } from '../kafka/read/fetcher.ts'
import { createReader, type InternalReader } from '../kafka/read/reader.ts'
import { createLog } from '../log.ts'
import { createMetrics } from '../metrics/metrics.ts'
import { forward } from '../outcome.ts'
import { createReadiness } from '../readiness.ts'
import { consume } from './consume.ts'

function start(t: TestContext, script: Script = {}) {
  const consumer = new FakeConsumer(script)
  const events: string[] = []
  const readers = new Map<number, InternalReader>()
  const confirmations = new Map<number, PromiseWithResolvers<void>>()
  const stopping = new AbortController()
  const givingUp = new AbortController()
  const requests: string[] = []
  let moved = Promise.withResolvers<void>()

  const note = (event: string): void => {
    events.push(event)
    moved.resolve()
    moved = Promise.withResolvers()
  }

  const fetcher: Pick<Fetcher, 'open' | 'edges'> = {
    edges: async places => places.map(() => 0),
    open(place, from) {
      const reader = createReader(
        place,
        from,
        () => undefined,
        () => undefined,
      )
      readers.set(place.partition, reader)
      note(`read ${place.partition}`)
      return reader
    },
  }
  const done = consume<number>({
    readiness: createReadiness('test', { symptom: '', impact: '', cause: '', action: '' }),
    client: { kafka: { consumer: () => consumer } } as unknown as KafkaClient,
    fetcher,
    groupId: 'g',
    consumer: 'test',
    metrics: createMetrics(),
    topics: ['raw'],
    open: async ({ partition }) => {
      note(`open ${partition}`)
      return {
        from: 0,
        inFlight: 8,
        decide: record => forward(record.offset),
        async deliver() {
          const confirmation = Promise.withResolvers<void>()
          confirmations.set(partition, confirmation)
          note(`deliver ${partition}`)
          return { confirmed: confirmation.promise }
        },
        remember: () => note(`remember ${partition}`),
        async close() {
          note(`close ${partition}`)
        },
      }
    },
    limits: { maxRecords: 10, wait: 0 },
    observer: { onDelivered: () => () => undefined, onWorking: () => undefined, onGone: () => undefined },
    log: createLog('test', 'silent'),
    stop: {
      signal: stopping.signal,
      giveUp: givingUp.signal,
      request(reason) {
        requests.push(reason)
        stopping.abort()
      },
    },
  })
  done.catch(() => undefined)
  t.after(() => {
    stopping.abort()
    givingUp.abort()
    return done.catch(() => undefined)
  })
  return {
    consumer,
    events,
    requests,
    done,
    stop: () => stopping.abort(),
    own: (...partitions: number[]) => consumer.join({ raw: partitions }),
    bring: (partition: number) =>
      readers.get(partition)?.push({
        records: [{ topic: 'raw', partition, offset: 0, timestamp: 0, key: null, value: null }],
        nextOffset: 1,
        end: 1,
        bytes: 0,
      }),
    confirm: (partition: number) => confirmations.get(partition)?.resolve(),
    refuse: (partition: number, why: Error) => confirmations.get(partition)?.reject(why),
    async seen(event: string, times = 1) {
      while (events.filter(each => each === event).length < times) await moved.promise
    },
  }
}

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await new Promise(resolve => setImmediate(resolve))
}

test('a stop waits for what is on its way, commits it, and leaves the group last', async t => {
  const { consumer, done, stop, bring, confirm, seen } = start(t)
  await seen('read 0')
  bring(0)
  await seen('deliver 0')
  stop()
  await settle()
  deepEqual(consumer.committed, [])
  confirm(0)
  await done
  deepEqual(consumer.committed, ['0@1'])
  equal(consumer.calls.at(-1), 'disconnect')
})

test('what is confirmed after its partition has moved away is not committed: it has a new owner', async t => {
  const { consumer, done, stop, own, bring, confirm, seen } = start(t)
  await seen('read 0')
  bring(0)
  await seen('deliver 0')
  own(2)
  confirm(0)
  await seen('close 0')
  stop()
  await done
  deepEqual(consumer.committed, [])
})

test('a partition that comes back is opened again only when its old work is closed', async t => {
  const { events, own, bring, confirm, seen } = start(t)
  await seen('read 0')
  bring(0)
  await seen('deliver 0')
  own(2)
  own(0, 2)
  await settle()
  equal(events.filter(event => event === 'open 0').length, 1)
  confirm(0)
  await seen('open 0', 2)
  deepEqual(events.indexOf('close 0') < events.lastIndexOf('open 0'), true)
})

test('a partition that is kept through a rebalance goes on as it was', async t => {
  const { events, own, seen } = start(t)
  await seen('read 0')
  await seen('read 2')
  own(0, 2)
  own(0)
  await seen('close 2')
  deepEqual(
    events.filter(event => event.startsWith('open')),
    ['open 0', 'open 2'],
  )
  equal(events.includes('close 0'), false)
})

test('a stop waits also for work whose partition has just moved away', async t => {
  const { done, stop, own, bring, confirm, seen } = start(t)
  await seen('read 0')
  bring(0)
  await seen('deliver 0')
  own(2)
  let ended = false
  void done.then(() => {
    ended = true
  })
  stop()
  await settle()
  equal(ended, false)
  confirm(0)
  await done
})

test('a membership that is lost for good ends the consumer, within the budget of a stop', async t => {
  const { consumer, requests, done, seen } = start(t)
  await seen('read 0')
  consumer.emit('crash', { payload: { restart: false, error: new Error('fenced') } })
  await rejects(done, /fenced/)
  deepEqual(requests, ['fenced'])
})

test('a group that cannot be joined ends the consumer', async t => {
  const { done } = start(t, {
    run: consumer =>
      consumer.emit('crash', { payload: { restart: false, error: new Error('not authorized') } }),
  })
  await rejects(done, /not authorized/)
})

test('a fault of the program in one partition stops the others in order and is told', async t => {
  const { consumer, requests, done, bring, confirm, refuse, seen } = start(t)
  await seen('read 0')
  await seen('read 2')
  bring(0)
  bring(2)
  await seen('deliver 0')
  await seen('deliver 2')
  refuse(0, new TypeError('a mistake'))
  await seen('close 0')
  confirm(2)
  await rejects(done, /a mistake/)
  match(requests.join(), /a mistake/)
  deepEqual(consumer.committed, ['2@1'])
})
