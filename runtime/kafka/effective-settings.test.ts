import { equal, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import type { KafkaClient } from './client.ts'
import { effectiveSettings } from './effective-settings.ts'

const failing = (error: Error): Pick<KafkaClient, 'admin'> => ({
  admin: { describeConfigs: () => Promise.reject(error) } as unknown as KafkaClient['admin'],
})

test('who may not see the settings learns nothing, and is not stopped', async () => {
  const refused = Object.assign(new Error('not authorized'), { type: 'TOPIC_AUTHORIZATION_FAILED' })
  equal(await effectiveSettings(failing(refused), ['t']), undefined)
})

test('any other failure is one', async () => {
  await rejects(effectiveSettings(failing(new Error('no broker')), ['t']), /no broker/)
})
