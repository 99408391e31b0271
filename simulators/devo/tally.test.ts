import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import test from 'node:test'
import { createTally } from './tally.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const record = (payload: string, tag = 'mail.proofpoint.pod.audit') =>
  Buffer.from(`<14>2026-03-03 10:48:10.163 fwd-1 ${tag}: ${payload}`)

test('payloads are told apart by their bytes and copies are counted', () => {
  let now = 1000
  const tally = createTally(() => now++)
  tally.record(record('{"a":1}'))
  tally.record(record('{"a":1}'))
  tally.record(record('{"a": 1}', 'mail.proofpoint.pod.message'))
  assert.equal(tally.get(sha256('{"a":1}'))?.copies, 2)
  assert.equal(tally.get(sha256('{"a":2}')), undefined)
  assert.deepEqual(
    [...tally.entries()],
    [
      [sha256('{"a":1}'), { copies: 2, tag: 'mail.proofpoint.pod.audit' }],
      [sha256('{"a": 1}'), { copies: 1, tag: 'mail.proofpoint.pod.message' }],
    ],
  )
  const { frames, distinct, doubled, malformed, perTag, firstAt, lastAt } = tally.counts()
  assert.deepEqual(
    { frames, distinct, doubled, malformed },
    { frames: 3, distinct: 2, doubled: 1, malformed: 0 },
  )
  assert.deepEqual(perTag, { 'mail.proofpoint.pod.audit': 2, 'mail.proofpoint.pod.message': 1 })
  assert.deepEqual([firstAt, lastAt], [1000, 1002])
})

test('malformed records are counted, and a few are kept with the reason', () => {
  const tally = createTally(() => 0)
  for (let i = 0; i < 7; i++) tally.record(Buffer.from(`nonsense ${i}`))
  tally.broken('the CRC of the member is wrong', Buffer.alloc(3))
  const { frames, distinct, malformed, malformedSamples, firstAt } = tally.counts()
  assert.deepEqual([frames, distinct, malformed, firstAt], [7, 0, 8, undefined])
  assert.equal(malformedSamples.length, 5)
  assert.deepEqual(malformedSamples[0], { fault: 'does not begin with <', bytes: 'nonsense 0' })
})
