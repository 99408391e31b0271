import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { countedIn, withCounted } from './counted.ts'
import { acquaintanceIn, noteOf } from './evidence/acquaintance.ts'

const counted = { from: 7, events: 123 }
const peer = 'tls://devo:443'
const known = { evidence: 'close_notify', since: 0, last: 1_000, times: 3 } as const

test('it is read again, with and without what is known of a peer', () => {
  deepEqual(countedIn(withCounted('', counted)), counted)
  const both = withCounted(noteOf(peer, known), counted)
  deepEqual(countedIn(both), counted)
  deepEqual(acquaintanceIn(both, peer), known)
})

for (const note of [
  '',
  'x',
  'null',
  '{}',
  '{"from":-1,"events":2}',
  '{"from":1}',
  '{"from":1,"events":"2"}',
  noteOf(peer, known),
])
  test(`${note} counts nothing`, () => equal(countedIn(note), undefined))
