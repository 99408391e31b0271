import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { createReadiness, lineOf, type Trouble } from './readiness.ts'

const trouble = (cause: string): Trouble => ({
  symptom: 'nothing comes',
  impact: 'events wait',
  cause,
  action: 'Look.',
})

test('a trouble lasts since it began, whatever becomes of its cause, and is new after it was over', () => {
  let now = 0
  const readiness = createReadiness('kafka', trouble('starting'), () => now)
  now = 60_000
  readiness.set('kafka', trouble('refused'))
  readiness.set('devo_1', trouble('away'))
  deepEqual(
    readiness.troubles().map(({ part, cause, since }) => [part, cause, since]),
    [
      ['kafka', 'refused', '1970-01-01T00:00:00.000Z'],
      ['devo_1', 'away', '1970-01-01T00:01:00.000Z'],
    ],
  )
  readiness.set('kafka', undefined)
  now = 120_000
  readiness.set('kafka', trouble('refused'))
  deepEqual(readiness.troubles().at(-1)?.since, '1970-01-01T00:02:00.000Z')
})

test('a trouble is one line: what, why, and what to do', () => {
  const [first] = createReadiness('kafka', trouble('no answer')).troubles()
  equal(first && lineOf(first), 'kafka: nothing comes: no answer. Look.')
})
