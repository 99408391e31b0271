import assert from 'node:assert/strict'
import test from 'node:test'
import { settle } from './accounting.ts'

const sent = [
  ['a', { kind: 'event', sent: 3 }],
  ['b', { kind: 'noId', sent: 1 }],
  ['j', { kind: 'junk', sent: 2 }],
] as const
const zero = { lost: 0, changed: 0, doubled: 0 }
const base = { received: 6, unique: 2, duplicate: 2, rejected: 2, delivered: 2, ...zero }
const one = { copies: 1 }

for (const [name, arrived, difference] of [
  [
    'all events once: the account closes',
    [
      ['a', one],
      ['b', one],
    ],
    {},
  ],
  ['an event missing is lost', [['a', one]], { delivered: 1, lost: 1 }],
  [
    'two copies too many are doubled',
    [
      ['a', { copies: 3 }],
      ['b', one],
    ],
    { doubled: 2 },
  ],
  [
    'other bytes are a change and a loss',
    [
      ['a', one],
      ['B', one],
    ],
    { delivered: 1, lost: 1, changed: 1 },
  ],
  [
    'junk that arrives is a change',
    [
      ['a', one],
      ['b', one],
      ['j', one],
    ],
    { changed: 1 },
  ],
] as const) {
  test(name, () => {
    const account = settle(
      sent.map(([hash, entry]) => [hash, entry]),
      arrived.map(([hash, arrival]) => [hash, arrival]),
    )
    assert.deepEqual(account, { ...base, ...difference })
  })
}
