// The rules of proof as a table: what an ending proves. What is believed of a peer is in witness.test.ts.

import { equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { end } from '../peers/test-ends.ts'
import { type Evidence, evidenceIn, evidences, type StretchEnd, sentenceOn } from './evidence.ts'

const unmeasured = { acknowledged: false }
const early = { stage: 'open' } as const

for (const [name, ended, evidence] of [
  ['a close_notify behind our end', end('clean', unmeasured), 'close_notify'],
  ['a FIN under TLS with all bytes acknowledged', end('bare_fin'), 'bare_fin'],
  ['a FIN under TLS, nothing known of the bytes', end('bare_fin', unmeasured), undefined],
  ['a FIN under TLS before our end', end('bare_fin', early), undefined],
  ['a FIN on plain TCP with all bytes acknowledged', end('fin'), 'fin'],
  ['a FIN on plain TCP, nothing known of the bytes', end('fin', unmeasured), undefined],
  ['no answer, all bytes acknowledged', end('timeout'), 'acked'],
  ['no answer, nothing known of the bytes', end('timeout', unmeasured), undefined],
  ['a peer that takes no bytes', end('timeout', early), undefined],
  ['a reset, even with all bytes acknowledged', end('reset'), undefined],
  ['an error', end('error'), undefined],
  ['acknowledged bytes on a connection that goes on', 'acked', 'acked'],
  ['written bytes', 'written', 'written'],
] satisfies [string, StretchEnd, Evidence | undefined][])
  test(`${name}: ${evidence ?? 'no evidence'}`, () => equal(evidenceIn(ended), evidence))

test('every evidence has its sentence, and the weaker ones say what can be lost', () => {
  for (const evidence of evidences) {
    const { isWeak, text } = sentenceOn(evidence, 'auto')
    equal(isWeak, ['bare_fin', 'acked', 'written'].includes(evidence))
    if (isWeak) match(text, /lost/)
  }
})
