import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import test from 'node:test'
import { contentHash, createLedger } from './ledger.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

for (const [name, bytes, counted] of [
  ['a content is hashed as it is', '{"a":1}', '{"a":1}'],
  ['one line feed at the end does not count', '{"a":1}\n', '{"a":1}'],
  ['a second line feed does', '{"a":1}\n\n', '{"a":1}\n'],
  ['a carriage return does', '{"a":1}\r', '{"a":1}\r'],
  ['nothing is a content too', '', ''],
] as const) {
  test(name, () => assert.equal(contentHash(Buffer.from(bytes)), sha256(counted)))
}

test('the ledger counts contents once and the frames that repeat them apart', () => {
  const ledger = createLedger()
  ledger.record('audit', 'event', Buffer.from('{"guid":"a"}'))
  ledger.record('audit', 'event', Buffer.from('{"guid":"a"}\n'))
  ledger.record('message', 'noId', Buffer.from('{}'))
  ledger.record('message', 'noId', Buffer.from('{}'))
  ledger.record('message', 'junk', Buffer.from(''))
  ledger.record('message', 'junk', Buffer.from(''))
  assert.deepEqual(ledger.counts(), { sent: 6, events: 2, noId: 1, duplicates: 2, junk: 2 })
  assert.deepEqual(
    [...ledger.entries()],
    [
      [sha256('{"guid":"a"}'), { type: 'audit', kind: 'event', sent: 2 }],
      [sha256('{}'), { type: 'message', kind: 'noId', sent: 2 }],
      [sha256(''), { type: 'message', kind: 'junk', sent: 2 }],
    ],
  )
  assert.equal(ledger.get(sha256('{}'))?.sent, 2)
  assert.equal(ledger.get(sha256('other')), undefined)
})
