import { deepEqual, equal, notDeepEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { digestOf, ledgerTime, packSeenIds, unpackSeenIds } from './seen-ids.ts'

const digest = digestOf('acme_hosted', 'message', 'a')

for (const [name, eventTime, expected] of [
  ['an ordinary time', 1_716_405_003_058, 1_716_405_003_058],
  ['the year 2100', 4_102_444_800_000, 4_102_444_800_000],
  ['zero', 0, 0],
  ['a time before 1970', -86_400_000, -86_400_000],
  ['no time', null, null],
  ['a time beyond 48 bits, clamped', 1e15, 2 ** 47 - 1],
  ['a time below 48 bits, clamped', -1e15, -(2 ** 47) + 1],
  ['a fraction, cut', 12.9, 12],
] as const) {
  test(`an id keeps ${name} through packing`, () => {
    const packed = packSeenIds([{ digest, eventTime, appendTime: 1_716_405_003_500 }])
    equal(packed.length, 28)
    deepEqual(unpackSeenIds(packed), [{ digest, eventTime: expected, appendTime: 1_716_405_003_500 }])
    equal(ledgerTime(eventTime), expected)
  })
}

test('the same id in two services or two clusters is two events', () => {
  notDeepEqual(digest, digestOf('acme_hosted', 'maillog', 'a'))
  notDeepEqual(digest, digestOf('other_hosted', 'message', 'a'))
})

test('a torn block of ids is refused', () => {
  throws(() => unpackSeenIds(Buffer.alloc(27)), /27 bytes of ids/)
})
