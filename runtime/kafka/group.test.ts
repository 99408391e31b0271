// Membership against a consumer that exists only here and behaves as kafkajs's does when things go wrong.

import { deepEqual, equal, match, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import type { ConsumerConfig } from 'kafkajs'
import { createLog } from '../log.ts'
import type { KafkaClient } from './client.ts'
import { committedOffset, joinGroup } from './group.ts'
import { FakeConsumer, type Script } from './test-consumer.ts'

function join(script: Script = {}) {
  const consumer = new FakeConsumer(script)
  const assigned: string[] = []
  const failures: Error[] = []
  const kafka = {
    consumer(config: ConsumerConfig) {
      consumer.config = config
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
  })
  return { consumer, assigned, failures, joining }
}

const offsets = [{ topic: 'raw', partition: 0, offset: 5 }]

test('joining pauses all fetching and tells what is owned', async () => {
  const { consumer, assigned, joining } = join()
  await joining
  deepEqual(assigned, ['0,2'])
  deepEqual(consumer.calls, ['connect', 'pause'])
})

test('a commit that kafkajs dropped without a word is an error', async () => {
  const { consumer, joining } = join()
  const group = await joining
  await group.commit(offsets)
  consumer.script.running = false
  await rejects(group.commit(offsets), /not committed/)
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
  match(failures[0]?.message ?? '', /fenced/)
})

test('a consumer that crashes while it leaves is not started again, and leaving does not fail', async () => {
  const { consumer, failures, joining } = join({
    disconnect: async () => {
      throw new Error('the broker is gone')
    },
  })
  const group = await joining
  equal(await consumer.config?.retry?.restartOnFailure?.(new Error('x')), true)
  await group.leave()
  equal(await consumer.config?.retry?.restartOnFailure?.(new Error('x')), false)
  consumer.emit('crash', { payload: { restart: false, error: new Error('x') } })
  equal(failures.length, 0)
})

const committed = (partitions: object[]) =>
  committedOffset(
    { admin: { fetchOffsets: async () => [{ topic: 'unique', partitions }] } } as unknown as KafkaClient,
    'g',
    { topic: 'unique', partition: 3 },
  )

test('a committed offset is told, and that there is none', async () => {
  equal(await committed([{ partition: 3, offset: '17' }]), 17)
  equal(await committed([{ partition: 3, offset: '-1' }]), undefined)
})

test('an answer without the partition is an error: taken for none, everything would be delivered again', async () => {
  await rejects(committed([{ partition: 2, offset: '17' }]), /partition 3.*unique|unique.*partition 3/)
})
