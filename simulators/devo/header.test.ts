import assert from 'node:assert/strict'
import test from 'node:test'
import { readHeader } from './header.ts'

test("the header of the vendor's SDK is taken apart and the payload is what follows", () => {
  const record = '<14>2024-08-09 10:48:10.163 fwd-1 mail.proofpoint.pod.message: {"guid":"a: b"} '
  assert.deepEqual(readHeader(Buffer.from(record)), {
    priority: 14,
    date: '2024-08-09 10:48:10.163',
    host: 'fwd-1',
    tag: 'mail.proofpoint.pod.message',
    payload: Buffer.from('{"guid":"a: b"} '),
  })
})

test('an empty payload is one', () => {
  const event = readHeader(Buffer.from('<14>2024-08-09 10:48:10.163 h a.b: '))
  assert.ok('payload' in event && event.payload.length === 0)
})

for (const record of [
  '',
  '{"guid":"a"}',
  'x<14>2024-08-09 10:48:10.163 h a.b: p',
  '<14>Jan  1 00:00:00 h a.b: p',
  '<14>2024-08-09T10:48:10.163Z h a.b: p',
  '<14>2024-08-09 10:48:10 h a.b: p',
  '<14>2024-08-09 10:48:10.163456 h a.b: p',
  '<14>2024-02-30 10:48:10.163 h a.b: p',
  '<14>2024-08-09 24:00:00.000 h a.b: p',
  '<192>2024-08-09 10:48:10.163 h a.b: p',
  '<014>2024-08-09 10:48:10.163 h a.b: p',
  '<14> 2024-08-09 10:48:10.163 h a.b: p',
  '<14>2024-08-09 10:48:10.163  a.b: p',
  '<14>2024-08-09 10:48:10.163 h a..b: p',
  '<14>2024-08-09 10:48:10.163 h a.b:p',
  '<14>2024-08-09 10:48:10.163 h a b: p',
  `<14>2024-08-09 10:48:10.163 h ${'a'.repeat(1025)}: p`,
]) {
  test(`"${record.slice(0, 50)}" has no valid header`, () => {
    assert.ok('fault' in readHeader(Buffer.from(record)))
  })
}
