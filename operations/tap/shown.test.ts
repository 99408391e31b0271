import { equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { isAskedFor } from './shown.ts'
import { shown, unique } from './test-shown.ts'

test('a record that cannot be decoded is shown all the same', () => {
  const broken = shown('raw', Buffer.from('no avro'))
  match(String(broken.fields.undecodable), /./)
  equal(broken.bytes?.toString(), 'no avro')
})

for (const [name, asked, expected] of [
  ['everything, when nothing is asked for', undefined, true],
  ['the id', 'id=a', true],
  ['another id', 'id=b', false],
  ['a part of an id', 'id=', false],
  ['a text in the event', 'caf\u00e9', true],
  ['a text that is not there', 'tea', false],
] as const) {
  test(`${name} is asked for: ${expected}`, () => equal(isAskedFor(unique, asked), expected))
}
