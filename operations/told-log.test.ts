import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { createToldLog } from './told-log.ts'

test('warnings and errors are told as sentences, with their reason; the rest is not', () => {
  const said: string[] = []
  const log = createToldLog(sentence => said.push(sentence))
  log.info('joined')
  log.warn({ reason: 'connection refused' }, 'cannot read from Kafka')
  log.error({ output: 'devo_1' }, 'output devo_1 has no proof of delivery.')
  log.warn('reading again')
  deepEqual(said, [
    'cannot read from Kafka: connection refused',
    'output devo_1 has no proof of delivery.',
    'reading again.',
  ])
})
