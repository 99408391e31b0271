import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { selector } from './select.ts'

const record = (timestamp: number, key: string | null) => ({
  topic: 'pod.unique.message',
  partition: 0,
  offset: 7,
  timestamp,
  key: key === null ? null : Buffer.from(key),
  value: Buffer.from('x'),
})

for (const [name, ids, timestamp, key, expected] of [
  ['before the range', [], 9, 'a', false],
  ['at its first moment', [], 10, 'a', true],
  ['at its last moment', [], 19, 'a', true],
  ['at the first moment behind it', [], 20, 'a', false],
  ['without a key', [], 15, null, true],
  ['of the id', ['a'], 15, 'a', true],
  ['of one of the ids', ['b', 'a'], 15, 'a', true],
  ['of another id', ['a'], 15, 'b', false],
  ['of an id that only begins alike', ['a'], 15, 'ab', false],
  ['of the same id in other letters', ['a'], 15, 'A', false],
  ['of the id, outside of the range', ['a'], 20, 'a', false],
  ['of an id beyond ASCII', ['é\u{1f4e8}'], 15, 'é\u{1f4e8}', true],
  ['without a key where an id is asked for', ['a'], 15, null, false],
] as const) {
  test(`a record ${name} is ${expected ? 'replayed' : 'left alone'}`, () =>
    equal(selector({ from: 10, to: 20, ids })(record(timestamp, key)), expected))
}
