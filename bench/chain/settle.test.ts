import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { faultsOf, settle } from './settle.ts'

const topics = { received: 4, unique: 2, duplicate: 1, rejected: 1, inUnique: 2, doubledInUnique: 0 }
const ledger = 'aa message event 2\nbb audit noId 1\ncc audit junk 1\n'
const tag = 'mail.proofpoint.pod.audit'

for (const [name, hashes, isComplete, faults] of [
  ['a run in which all arrived once closes', `aa 1 ${tag}\nbb 1 ${tag}\n`, true, []],
  ['one that is missing is lost', `bb 1 ${tag}\n`, true, ['1 events were lost']],
  ['one too many was doubled', `aa 2 ${tag}\nbb 1 ${tag}\n`, true, ['1 events were delivered twice']],
  [
    'one that nobody sent was changed',
    `aa 1 ${tag}\nbb 1 ${tag}\ndd 1 ${tag}\n`,
    true,
    ['1 events were changed'],
  ],
  [
    'one that stood still did not end well',
    `aa 1 ${tag}\nbb 1 ${tag}\n`,
    false,
    ['for a minute nothing more arrived'],
  ],
] as const) {
  test(name, () => {
    const expected = faults.map(fault => `The accounting does not close: ${fault}.`)
    deepEqual(faultsOf(settle(topics, ledger, hashes), isComplete), expected)
  })
}

test('frames that never came to Kafka are noticed', () => {
  const accounting = settle(topics, `${ledger}aa message event 1\n`, `aa 1 ${tag}\nbb 1 ${tag}\n`)
  deepEqual(faultsOf(accounting, true).slice(-1), [
    'The accounting does not close: Proofpoint sent 5 frames and Kafka has 4.',
  ])
})
