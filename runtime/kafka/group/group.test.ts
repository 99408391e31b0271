// Membership against a consumer that exists only here and behaves as kafkajs's does when things go wrong.

import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ConsumerConfig } from 'kafkajs'
import { createLog } from '../../log.ts'
import type { KafkaClient } from '../client.ts'
import { committed, joinGroup } from './group.ts'
import { FakeConsumer, type Script } from './test-consumer.ts'

/** @param scripts of one consumer after the other; the last one for all that follow */
function join(...scripts: Script[]) {
  const consumers: FakeConsumer[] = []
  const assigned: string[] = []
  const failures: Error[] = []
  const stop = new AbortController()
  const first = new FakeConsumer(scripts[0] ?? {})
  const kafka = {
    consumer(config: ConsumerConfig) {
      const consumer =
        consumers.length === 0 ? first : new FakeConsumer(scripts[consumers.length] ?? scripts.at(-1) ?? {})
      consumer.config = config
      consumers.push(consumer)
      return consumer
    },
  }
  const joining = joinGroup({
    client: { kafka } as unknown as KafkaClient,
    groupId: 'g',
    topics: ['raw'],
    log: createLog('test', 'silent'),
    onAssigned: owned => assigned.push(owned.map(({ partition }) => partition).join()),
    onFailed: error => failures.push(error),
    signal: stop.signal,
  })
  const joined = async () => {
    const group = await joining
    ok(group)
    return group
  }
  return { consumer: first, consumers, assigned, failures, joining, joined, stop }
}

const noCoordinator = () =>
  new Error('Failed to find group coordinator', {
    cause: Object.assign(new Error(), { name: 'KafkaJSGroupCoordinatorNotFound', retriable: false }),
  })

const offsets = [{ topic: 'raw', partition: 0, offset: 5 }]

test('joining pauses all fetching and tells what is owned', async () => {
  const { consumer, assigned, joining } = join()
  await joining
  deepEqual(assigned, ['0,2'])
  deepEqual(consumer.calls, ['connect', 'pause'])
})

test('a commit that kafkajs dropped without a word is an error', async () => {
  const { consumer, joined } = join()
  const group = await joined()
  await group.commit(offsets)
  consumer.script.running = false
  await rejects(group.commit(offsets), /not committed/)
})

test('a note goes along with its offset', async () => {
  const { consumer, joined } = join()
  const group = await joined()
  await group.commit(offsets)
  await group.commit([...offsets, { topic: 'raw', partition: 1, offset: 7, note: 'a note' }])
  deepEqual(consumer.notes, ['', '', 'a note'])
})

test('a membership that ends for good while joining ends the joining, and is disconnected', async () => {
  const { consumer, failures, joining } = join({
    run: consumer =>
      consumer.emit('crash', { payload: { restart: false, error: new Error('not authorized') } }),
  })
  await rejects(joining, /not authorized/)
  equal(failures.length, 0)
  deepEqual(consumer.calls, ['connect', 'disconnect'])
})

test('a subscription that fails leaves no connection behind that would keep the process alive', async () => {
  const { consumer, joining } = join({
    subscribe: async () => {
      throw new Error('unknown topic')
    },
  })
  await rejects(joining, /unknown topic/)
  deepEqual(consumer.calls, ['connect', 'disconnect'])
})

test('a membership that ends for good later is told; one that heals itself is not', async () => {
  const { consumer, failures, joining } = join()
  await joining
  consumer.emit('crash', { payload: { restart: true, error: new Error('lost connection') } })
  equal(failures.length, 0)
  consumer.emit('crash', { payload: { restart: false, error: new Error('fenced') } })
  await sleep(0)
  match(failures[0]?.message ?? '', /fenced/)
})

test('a membership that ended because a broker was away is taken up again by a new consumer', async () => {
  const { consumer, consumers, assigned, failures, joined } = join()
  const group = await joined()
  consumer.emit('crash', { payload: { restart: false, error: noCoordinator() } })
  await rejects(group.commit(offsets), /joined again/)
  while (assigned.length < 2) await sleep(20)
  await sleep(0)
  await group.commit(offsets)
  deepEqual([consumers.length, failures.length], [2, 0])
  deepEqual(consumers[1]?.committed, ['0@5'])
  equal(consumer.calls.at(-1), 'disconnect')
  await group.leave()
  equal(consumers[1]?.calls.at(-1), 'disconnect')
})

test('a group that cannot be joined while a broker is away is joined later', async () => {
  const away: Script = {
    run: consumer => consumer.emit('crash', { payload: { restart: false, error: noCoordinator() } }),
  }
  const { consumers, joined } = join(away, {})
  await joined()
  equal(consumers.length, 2)
})

test('who is told to stop while Kafka is away does not wait for it', async () => {
  const away: Script = {
    run: consumer => consumer.emit('crash', { payload: { restart: false, error: noCoordinator() } }),
  }
  const { joining, stop } = join(away)
  await sleep(50)
  stop.abort()
  equal(await joining, undefined)
})

test('a consumer that crashes while it leaves is not started again, and leaving does not fail', async () => {
  const { consumer, failures, joined } = join({
    disconnect: async () => {
      throw new Error('the broker is gone')
    },
  })
  const group = await joined()
  equal(await consumer.config?.retry?.restartOnFailure?.(new Error('x')), true)
  await group.leave()
  equal(await consumer.config?.retry?.restartOnFailure?.(new Error('x')), false)
  consumer.emit('crash', { payload: { restart: false, error: new Error('x') } })
  equal(failures.length, 0)
})

const committedIn = (partitions: object[]) =>
  committed(
    { admin: { fetchOffsets: async () => [{ topic: 'unique', partitions }] } } as unknown as KafkaClient,
    'g',
    { topic: 'unique', partition: 3 },
  )

test('a committed offset is told with its note, and that there is none', async () => {
  const [offset, note] = ['17', 'a note']
  deepEqual(await committedIn([{ partition: 3, offset, metadata: note }]), { offset: 17, note })
  deepEqual(await committedIn([{ partition: 3, offset, metadata: null }]), { offset: 17, note: '' })
  equal(await committedIn([{ partition: 3, offset: '-1' }]), undefined)
})

test('an answer without the partition is an error: taken for none, everything would be delivered again', async () => {
  await rejects(committedIn([{ partition: 2, offset: '17' }]), /partition 3.*unique|unique.*partition 3/)
})
