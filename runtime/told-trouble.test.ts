import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { createReadiness, type Trouble } from './readiness.ts'
import { tellTrouble } from './told-trouble.ts'

const trouble = (symptom: string, cause: string): Trouble => ({
  symptom,
  impact: 'x',
  cause,
  action: 'Look.',
})

test('an episode is one line when it begins, one when it is over, and one when it becomes another', () => {
  const lines: string[] = []
  const log = pino({ base: null }, { write: (line: string) => void lines.push(line) })
  const readiness = createReadiness('kafka', trouble('starting', 'starting'))
  readiness.set('kafka', undefined)
  const tell = tellTrouble('disk', { readiness, log })
  for (const each of [
    undefined,
    { ...trouble('nearly full', '9 left'), isWarning: true as const },
    { ...trouble('nearly full', '8 left'), isWarning: true as const },
    trouble('full', '0 left'),
    undefined,
    undefined,
  ]) {
    tell(each)
  }
  deepEqual(
    lines.map(line => JSON.parse(line)).map(({ level, msg }) => [level, msg]),
    [
      [40, 'nearly full: 9 left. Look.'],
      [50, 'full: 0 left. Look.'],
      [30, 'disk is well again'],
    ],
  )
  deepEqual(readiness.troubles(), [])
})
