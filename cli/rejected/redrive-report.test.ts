import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { RedriveAccount } from '@podpipe/operations/rejected/redrive-account.ts'
import { unknownCluster } from '@podpipe/operations/rejected/unknown-cluster.ts'
import { accountText, previewText } from './redrive-report.ts'

const account: RedriveAccount = {
  dryRun: false,
  found: 5,
  redriven: 1,
  topics: { 'pod.raw.message': 1 },
  leftOut: { 'this version cannot read the record either': 1, [unknownCluster]: 2 },
  outputs: [
    { output: 'devo_1', rejects: 1, command: 'podpipe replay --output devo_1', from: '', to: '', ids: [] },
  ],
}

test('a redrive says what goes where, why some are left out, and what to do for them', () => {
  deepEqual(accountText(account), 'found 5 = sent again 1 + left out 4')
  deepEqual(previewText(account).split('\n'), [
    '1 of 5 rejects to be sent again: 1 to pod.raw.message',
    '  left out  1: this version cannot read the record either',
    '  left out  2: raw no longer has its record, so nobody knows its cluster; name it with --cluster',
    '  left out  1: the other outputs have what devo_1 did not take. Raise its max_event_bytes, and send them to it alone:',
    '            podpipe replay --output devo_1',
  ])
})
