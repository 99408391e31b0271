import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import type { Account } from './account.ts'
import { accountTroubles, unreadAccount } from './account-troubles.ts'
import { silentServices } from './silent.ts'

const status = { service: 'dedup', version: '1', pid: 1, ready: true, troubles: [], parts: {} }
const well = { name: 'dedup', address: 'd:1', status }
const gone = { name: 'ingest', address: 'i:1', failure: 'nothing listens there' }

test('a service that does not answer is told with what it means, since it was first so', () => {
  const since = new Map<string, string>()
  const [first] = silentServices([well, gone], since, '10:00')
  deepEqual(
    [first?.service, first?.part, first?.cause, first?.since],
    ['ingest', 'i:1', 'nothing listens there', '10:00'],
  )
  match(first?.impact ?? '', /Proofpoint keeps an hour/)
  match(first?.action ?? '', /podpipe run ingest/)
  equal(silentServices([gone], since, '10:05')[0]?.since, '10:00')
  deepEqual(silentServices([{ ...gone, status }], since, '10:06'), [])
  equal(silentServices([gone], since, '10:07')[0]?.since, '10:07')
})

const account: Account = {
  at: '',
  received: 10,
  unique: 6,
  duplicate: 3,
  rejected: 1,
  undecided: 0,
  missing: 0,
  outputs: [],
}
const output = { name: 'o', unique: 6, done: 6, waiting: 0, waitingAtMost: 0, missing: 0 }

test('an account that closes is no trouble, and none is none', () => {
  deepEqual(accountTroubles({ ...account, outputs: [output] }, new Map(), ''), [])
  deepEqual(accountTroubles(undefined, new Map(), ''), [])
})

for (const [name, change, expected] of [
  ['frames that are nowhere', { missing: 4 }, /^4 frames that were received are neither/],
  ['more than came', { missing: -4 }, /^dedup has counted 4 more/],
  [
    'events that an output lacks',
    { outputs: [{ ...output, missing: 2 }] },
    /^2 unique events were neither delivered to o/,
  ],
  ['more than an output can have', { outputs: [{ ...output, missing: -2 }] }, /^o has counted 2 events more/],
] as const) {
  test(`${name} are told, with the command that finds them`, () => {
    const [trouble, ...others] = accountTroubles({ ...account, ...change }, new Map(), 'now')
    equal(others.length, 0)
    match(trouble?.impact ?? '', expected)
    match(trouble?.action ?? '', /podpipe audit/)
  })
}

test('an account that cannot be read again and again is told, by the last reason', () => {
  const unread = { since: '10:00', reason: 'last', times: 3 }
  const [trouble] = unreadAccount(unread)
  deepEqual([trouble?.since, trouble?.cause, trouble?.isWarning], ['10:00', 'last', true])
  deepEqual(unreadAccount({ ...unread, times: 2 }), [])
  deepEqual(unreadAccount(undefined), [])
})
