import { equal, match, ok, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import type { KafkaClient } from '../client.ts'
import { NotAllowedError } from '../refusal.ts'
import { effectiveSettings } from './effective-settings.ts'

const user = { principal: 'User:dedup', brokers: ['kafka:9092'] }

const failing = (error: Error): Parameters<typeof effectiveSettings>[0] => ({
  ...user,
  admin: { describeConfigs: () => Promise.reject(error) } as unknown as KafkaClient['admin'],
})

const refused = Object.assign(new Error('not authorized'), { type: 'TOPIC_AUTHORIZATION_FAILED' })

test('who may not see the settings learns nothing but that, and is not stopped', async () => {
  const found = await effectiveSettings(failing(refused), ['t'])
  ok(found instanceof NotAllowedError)
  match(found.message, /does not let User:dedup do DescribeConfigs on topic t\./)
})

test('of several topics the one that is refused is named', async () => {
  const describeConfigs = ({ resources }: { resources: { name: string }[] }) =>
    resources.some(({ name }) => name === 'b') ? Promise.reject(refused) : Promise.resolve({ resources: [] })
  const admin = { describeConfigs } as unknown as KafkaClient['admin']
  const found = await effectiveSettings({ ...user, admin }, ['a', 'b', 'c'])
  ok(found instanceof NotAllowedError)
  equal(found.what, 'DescribeConfigs on topic b')
})

test('any other failure is one', async () => {
  await rejects(effectiveSettings(failing(new Error('no broker')), ['t']), /no broker/)
})
