import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { RedriveAccount } from '@podpipe/operations/rejected/redrive-account.ts'
import { accountText, previewText } from './redrive-report.ts'

const account: RedriveAccount = {
  dryRun: false,
  found: 3,
  redriven: 1,
  topics: { 'pod.raw.message': 1 },
  leftOut: { 'this version cannot read the record either': 1 },
  outputs: [{ output: 'devo_1', rejects: 1, command: 'podpipe replay --output devo_1' }],
}

test('a redrive says what goes where, why some are left out, and what to do for them', () => {
  deepEqual(accountText(account), 'found 3 = sent again 1 + left out 2')
  deepEqual(previewText(account).split('\n'), [
    '1 of 3 rejects to be sent again: 1 to pod.raw.message',
    '  left out  1: this version cannot read the record either',
    '  left out  1: the other outputs have what devo_1 did not take. Raise its max_event_bytes, and send them to it alone:',
    '            podpipe replay --output devo_1',
  ])
})
