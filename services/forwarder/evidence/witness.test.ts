// The rules of what is believed of a peer as tables: under which `confirm`, after what it has done before, and after what
// another forwarder has noted of it.

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { Confirm } from '@podpipe/runtime/config/config.ts'
import type { Ending } from '../connection/closing.ts'
import { end } from '../peers/test-ends.ts'
import type { Evidence, StretchEnd } from './evidence.ts'
import { readingBytes } from './silence.ts'
import { Witness } from './witness.ts'

const peer = { address: 'peer', port: 443 }
const tls = { cert: '', key: '', chain: '' }
const witnessOf = (confirm: Confirm, secure = true): Witness =>
  new Witness({ ...peer, confirm, ...(secure && { tls }) })

const unmeasured = { acknowledged: false }
const read = { bytes: readingBytes }
const minute = 60_000

/** Judges a stretch that is the only one open. */
const judge = (witness: Witness, ended: StretchEnd, stretch: number, now = 0) =>
  witness.judge(ended, { stretch, newest: stretch, now })

for (const [confirm, secure, proofs] of [
  ['auto', true, ['close_notify', undefined, 'bare_fin', undefined]],
  ['closed', true, ['close_notify', undefined, undefined, undefined]],
  ['acked', true, ['close_notify', undefined, 'bare_fin', 'acked']],
  ['auto', false, [undefined, 'fin', undefined, undefined]],
  ['closed', false, [undefined, 'fin', undefined, undefined]],
] satisfies [Confirm, boolean, (Evidence | undefined)[]][])
  test(`confirm: ${confirm} ${secure ? 'over TLS' : 'on plain TCP'}: what a fresh peer's first ending proves`, () => {
    const endings = secure ? ['clean', 'error', 'bare_fin', 'timeout'] : ['error', 'fin', 'error', 'timeout']
    const found = endings.map(ending => judge(witnessOf(confirm, secure), end(ending as Ending), 1).proof)
    deepEqual(found, proofs)
  })

test('auto learns in one stretch, and tells of it once', () => {
  const witness = witnessOf('auto')
  deepEqual(judge(witness, end('bare_fin'), 1), { proof: 'bare_fin', became: 'bare_fin' })
  deepEqual(judge(witness, end('bare_fin'), 2), { proof: 'bare_fin' })
  equal(witness.manner, 'closed')
})

for (const secure of [true, false])
  test(`a peer of which nothing is known is believed to answer never once it was seen to read on, ${secure ? 'over TLS' : 'on plain TCP'}`, () => {
    const witness = witnessOf('auto', secure)
    equal(witness.doubt, 'none')
    // The first one says nothing of what was before, however much it carries.
    equal(judge(witness, end('timeout', read), 1).proof, undefined)
    equal(witness.doubt, 'tried')
    equal(judge(witness, end('timeout'), 2).proof, undefined)
    equal(judge(witness, end('timeout', { ...read, ...unmeasured }), 3).proof, undefined)
    deepEqual(judge(witness, end('timeout', read), 4), { proof: 'acked', became: 'acked' })
    deepEqual([witness.manner, witness.doubt], ['acked', 'none'])
  })

test('a peer of which nothing is known and that is not seen to read has to be silent twenty times, and for an hour', () => {
  const hours = witnessOf('auto')
  for (let stretch = 1; stretch < 20; stretch += 1)
    equal(judge(hours, end('timeout'), stretch, stretch * 100 * minute).proof, undefined)
  equal(judge(hours, end('timeout'), 20, 2_000 * minute).proof, 'acked')
  const often = witnessOf('auto')
  for (let minutes = 1; minutes < 61; minutes += 1)
    equal(judge(often, end('timeout'), minutes, minutes * minute).proof, undefined)
  equal(judge(often, end('timeout'), 61, 61 * minute).proof, 'acked')
})

test('an answer among the silence begins the count anew', () => {
  const witness = witnessOf('auto')
  judge(witness, end('timeout'), 1)
  equal(judge(witness, end('bare_fin'), 2).proof, 'bare_fin')
  equal(witness.doubt, 'none')
  equal(judge(witness, end('timeout', read), 3).proof, undefined)
})

test('auto goes back to stronger evidence as soon as the peer gives it', () => {
  const witness = witnessOf('auto')
  judge(witness, end('timeout'), 1)
  judge(witness, end('timeout', read), 2)
  equal(witness.manner, 'acked')
  deepEqual(witness.probe(end('clean'), 0), { became: 'close_notify', was: 'acked' })
  equal(witness.manner, 'closed')
  deepEqual(witness.probe(end('bare_fin'), 0), {})
})

for (const learnsBy of ['an end', 'a note'] as const)
  test(`a stretch that was begun when a peer was known for less is confirmed by that, though ${learnsBy} tells of more`, () => {
    const witness = witnessOf('auto')
    witness.recall(noted('timeout', 1))
    equal(witness.manner, 'acked')
    if (learnsBy === 'an end') witness.probe(end('clean'), 2)
    else witness.recall(noted('clean', 2))
    for (const stretch of [1, 2]) deepEqual(judge(witness, 'acked', stretch), { proof: 'acked' })
    // It says nothing against what the peer is known for by now.
    deepEqual([witness.usual, witness.doubt], ['close_notify', 'none'])
  })

for (const [ending, times] of [
  ['bare_fin', 3],
  ['timeout', 20],
] as const)
  test(`a peer known for close_notify is believed a ${ending} only the ${times}. time in a row`, () => {
    const witness = witnessOf('auto')
    judge(witness, end('clean'), 1)
    equal(witness.needsAcknowledgements, false)
    equal(judge(witness, end(ending, { ...unmeasured, ...read }), 2).proof, undefined)
    // From the second on the acknowledgements are known.
    equal(witness.needsAcknowledgements, true)
    for (let stretch = 3; stretch < times + 1; stretch += 1)
      equal(judge(witness, end(ending, read), stretch).proof, undefined)
    const proof = judge(witness, end(ending, read), times + 1).proof
    equal(proof, ending === 'timeout' ? 'acked' : 'bare_fin')
  })

test('a peer that has answered before and is not seen to read has to be silent for a day', () => {
  const witness = witnessOf('auto')
  judge(witness, end('clean'), 1)
  const day = 24 * 60
  for (let minutes = 2; minutes < 2 + day; minutes += 1)
    equal(judge(witness, end('timeout'), minutes, minutes * minute).proof, undefined)
  equal(judge(witness, end('timeout'), 2 + day, (2 + day) * minute).proof, 'acked')
})

test('one end without an answer is no doubt about a peer that gives them; the second is, and then it is asked with little', () => {
  const witness = witnessOf('auto')
  judge(witness, end('clean'), 1)
  const doubts = Array.from({ length: 20 }, (_, n) => {
    judge(witness, end('timeout'), 2 + n)
    return witness.doubt
  })
  deepEqual(doubts, ['none', ...Array(17).fill('asked'), 'tried', 'tried'])
})

test('stretches that fall together are one occasion, and a close_notify between two begins anew', () => {
  const witness = witnessOf('auto')
  judge(witness, end('clean'), 1)
  for (const stretch of [2, 3, 4, 5])
    equal(witness.judge(end('bare_fin'), { stretch, newest: 5, now: 0 }).proof, undefined)
  equal(judge(witness, end('bare_fin'), 6).proof, undefined)
  judge(witness, end('clean'), 7)
  equal(judge(witness, end('bare_fin'), 8).proof, undefined)
  equal(judge(witness, end('bare_fin'), 9).proof, undefined)
})

test('what is asked for is never weakened by what is seen', () => {
  for (const confirm of ['closed', 'acked', 'written'] as const) {
    const witness = witnessOf(confirm)
    const { manner } = witness
    for (let stretch = 1; stretch < 50; stretch += 1) judge(witness, end('timeout', read), stretch)
    equal(witness.manner, manner)
  }
})

const noted = (ending: Ending, last: number, confirm: Confirm = 'auto'): string => {
  const witness = witnessOf(confirm)
  if (ending === 'timeout') judge(witness, end(ending), 1)
  judge(witness, end(ending, read), 2, last)
  return witness.note()
}

test('what is noted is known to the next one from the beginning, and a peer that hangs then is not believed', () => {
  const witness = witnessOf('auto')
  deepEqual(witness.recall(noted('clean', 1_000)), { became: 'close_notify' })
  deepEqual([witness.usual, witness.needsAcknowledgements], ['close_notify', true])
  for (let stretch = 1; stretch < 20; stretch += 1)
    equal(judge(witness, end('timeout', read), stretch).proof, undefined)
})

test('a peer noted to answer never is confirmed by acknowledgements from the first stretch on', () => {
  const witness = witnessOf('auto')
  deepEqual(witness.recall(noted('timeout', 1_000)), { became: 'acked' })
  equal(witness.manner, 'acked')
})

test('of several notes the newest counts, and what was seen since more than any', () => {
  const witness = witnessOf('auto')
  witness.recall(noted('bare_fin', 2_000))
  deepEqual(witness.recall(noted('clean', 1_000)), {})
  deepEqual(witness.recall(noted('clean', 3_000)), { became: 'close_notify', was: 'bare_fin' })
  equal(judge(witness, end('clean'), 1, 4_000).proof, 'close_notify')
  deepEqual(witness.recall(noted('bare_fin', 9_000)), {})
})

for (const [name, note, confirm, secure] of [
  ['about another way to the peer', noted('clean', 1), 'auto', false],
  ['of what was only asked for', noted('timeout', 1, 'acked'), 'auto', true],
  ['where no less is asked for', noted('bare_fin', 1), 'closed', true],
  ['that somebody else has left', '{"beat":1}', 'auto', true],
  ['that is none', '', 'auto', true],
] satisfies [string, string, Confirm, boolean][])
  test(`a note ${name} changes nothing`, () => {
    const witness = witnessOf(confirm, secure)
    deepEqual([witness.recall(note), witness.usual], [{}, undefined])
  })
