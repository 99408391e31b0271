import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { acquaintanceIn, noteOf, peerName } from './acquaintance.ts'

const peer = peerName(true, 'collector.devo.io', 443)
const known = { evidence: 'bare_fin', since: 1_700_000_000_000, last: 1_700_000_060_000, times: 7 } as const

test('a note bears what is known, for people too', () => {
  const note = noteOf(peer, known)
  equal(
    note,
    '{"peer":"tls://collector.devo.io:443","evidence":"bare_fin","since":"2023-11-14T22:13:20.000Z","last":"2023-11-14T22:14:20.000Z","times":7}',
  )
  deepEqual(acquaintanceIn(note, peer), known)
})

for (const [name, note] of [
  ['about another port', noteOf(peerName(true, 'collector.devo.io', 444), known)],
  ['about the same peer on plain TCP', noteOf(peerName(false, 'collector.devo.io', 443), known)],
  ['of an evidence that nobody knows', noteOf(peer, known).replace('bare_fin', 'promise')],
  ['without a time', noteOf(peer, known).replace('2023', 'when')],
  ['without a count', noteOf(peer, known).replace('7}', 'null}')],
  ['that is no object', '7'],
  ['that is null', 'null'],
  ['that is no JSON', 'x'],
  ['that is empty', ''],
] as const)
  test(`nothing is known from a note ${name}`, () => equal(acquaintanceIn(note, peer), undefined))
