import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { refusalIn } from './advice.ts'

for (const [message, where, why, fix] of [
  [
    '--from x: is no date and time. Write one such as 2024-05-22T12:00:00Z, -90m or today.',
    'from',
    'x: is no date and time.',
    'Write one such as 2024-05-22T12:00:00Z, -90m or today.',
  ],
  [
    'Replay a runs in another process just now. Let it end, or stop it there first.',
    'POST /x',
    'Replay a runs in another process just now.',
    'Let it end, or stop it there first.',
  ],
  ['Nothing there.', 'POST /x', 'Nothing there.', 'Change what is asked for, and try again.'],
] as const) {
  test(message, () =>
    deepEqual(refusalIn(message, 'POST /x'), { what: 'This cannot be done as it is asked', where, why, fix }),
  )
}
