// The rules of proof as tables: what an ending proves, under which `confirm`, after what the peer has done before.

import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import type { Confirm } from '@podpipe/runtime/config/config.ts'
import type { Ending } from './closing.ts'
import type { ConnectionEnd } from './connection.ts'
import { type Evidence, evidenceIn, evidences, type StretchEnd, sentenceOn, Witness } from './evidence.ts'

const end = (ending: Ending, changes: Partial<ConnectionEnd> = {}): ConnectionEnd => ({
  ending,
  reason: '',
  code: undefined,
  stage: 'closing',
  acknowledged: true,
  offered: false,
  resumed: false,
  ...changes,
})

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

for (const [confirm, secure, proofs] of [
  ['auto', true, ['close_notify', undefined, 'bare_fin', 'acked']],
  ['closed', true, ['close_notify', undefined, undefined, undefined]],
  ['acked', true, ['close_notify', undefined, 'bare_fin', 'acked']],
  ['auto', false, [undefined, 'fin', undefined, 'acked']],
  ['closed', false, [undefined, 'fin', undefined, undefined]],
] satisfies [Confirm, boolean, (Evidence | undefined)[]][])
  test(`confirm: ${confirm} ${secure ? 'over TLS' : 'on plain TCP'}: what a fresh peer's first ending proves`, () => {
    const endings = secure ? ['clean', 'error', 'bare_fin', 'timeout'] : ['error', 'fin', 'error', 'timeout']
    const found = endings.map(ending => new Witness(confirm, secure).judge(end(ending as Ending), 1, 1).proof)
    deepEqual(found, proofs)
  })

test('auto learns in one stretch, and tells of it once', () => {
  const witness = new Witness('auto', true)
  deepEqual(witness.judge(end('bare_fin'), 1, 4), { proof: 'bare_fin', became: 'bare_fin' })
  deepEqual(witness.judge(end('bare_fin'), 2, 4), { proof: 'bare_fin' })
  equal(witness.manner, 'closed')
})

test('auto goes back to stronger evidence as soon as the peer gives it', () => {
  const witness = new Witness('auto', true)
  witness.judge(end('timeout'), 1, 1)
  equal(witness.manner, 'acked')
  deepEqual(witness.probe(end('clean')), { became: 'close_notify', was: 'acked' })
  equal(witness.manner, 'closed')
  deepEqual(witness.probe(end('bare_fin')), {})
})

for (const [ending, times] of [
  ['bare_fin', 3],
  ['timeout', 20],
] as const)
  test(`a peer known for close_notify is believed a ${ending} only the ${times}. time in a row`, () => {
    const witness = new Witness('auto', true)
    witness.judge(end('clean'), 1, 1)
    equal(witness.needsAcknowledgements, false)
    const judge = (stretch: number) => witness.judge(end(ending), stretch, stretch).proof
    equal(witness.judge(end(ending, unmeasured), 2, 2).proof, undefined)
    // From the second on the acknowledgements are known.
    equal(witness.needsAcknowledgements, true)
    for (let stretch = 3; stretch < times + 1; stretch += 1) equal(judge(stretch), undefined)
    equal(judge(times + 1), ending === 'timeout' ? 'acked' : 'bare_fin')
  })

test('stretches that fall together are one occasion, and a close_notify between two begins anew', () => {
  const witness = new Witness('auto', true)
  witness.judge(end('clean'), 1, 1)
  for (const stretch of [2, 3, 4, 5]) equal(witness.judge(end('bare_fin'), stretch, 5).proof, undefined)
  equal(witness.judge(end('bare_fin'), 6, 6).proof, undefined)
  witness.judge(end('clean'), 7, 7)
  equal(witness.judge(end('bare_fin'), 8, 8).proof, undefined)
  equal(witness.judge(end('bare_fin'), 9, 9).proof, undefined)
})

test('what is asked for is never weakened by what is seen', () => {
  for (const confirm of ['closed', 'acked', 'written'] as const) {
    const witness = new Witness(confirm, true)
    const { manner } = witness
    for (let stretch = 1; stretch < 50; stretch += 1) witness.judge(end('timeout'), stretch, stretch)
    equal(witness.manner, manner)
  }
})

test('every evidence has its sentence, and the weaker ones say what can be lost', () => {
  for (const evidence of evidences) {
    const { isWeak, text } = sentenceOn(evidence, 'auto')
    equal(isWeak, ['bare_fin', 'acked', 'written'].includes(evidence))
    if (isWeak) match(text, /lost/)
  }
})
