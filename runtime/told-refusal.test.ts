// A right that is missing beside the events.

import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { NotAllowedError } from './kafka/refusal.ts'
import { createLog } from './log.ts'
import { createReadiness, isReady } from './readiness.ts'
import { tellRefusal } from './told-refusal.ts'

test('it is a warning with the command that gives it, until it is there; other failures are not told', () => {
  const start = { symptom: 'starting', impact: '', cause: '', action: '' }
  const readiness = createReadiness('start', start)
  readiness.set('start', undefined)
  const tell = tellRefusal('history', 'Nothing is noted.', { readiness, log: createLog('test', 'silent') })
  const refusal = new NotAllowedError(
    { principal: 'User:a', brokers: ['k:9092'] },
    'Write',
    'topic',
    'pod.history',
  )

  equal(tell(new Error('Kafka is away')), false)
  deepEqual(readiness.troubles(), [])
  equal(tell(new Error('wrapped', { cause: refusal })), true)
  const [trouble] = readiness.troubles()
  deepEqual(
    [trouble?.part, trouble?.symptom, trouble?.impact],
    ['history', 'Kafka forbids Write on topic pod.history', 'Nothing is noted.'],
  )
  match(trouble?.action ?? '', /kafka-acls\.sh .*--operation Write --topic pod\.history/)
  equal(isReady(readiness.troubles()), true)
  equal(tell(undefined), false)
  deepEqual(readiness.troubles(), [])
})
