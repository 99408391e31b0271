import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { bytesIn, formatted, hexOf } from './bytes.ts'

test('a hex dump says where, what, and what of it are letters', () =>
  deepEqual(hexOf(Buffer.from('{"guid":"café"}\n\u001b[')).split('\n'), [
    '00000000  7b 22 67 75 69 64 22 3a  22 63 61 66 c3 a9 22 7d  |{"guid":"caf.."}|',
    `00000010  ${'0a 1b 5b'.padEnd(49)} |..[|`,
  ]))

test('bytes come back from base64 as they were', () =>
  deepEqual([...bytesIn(Buffer.from([0, 255, 128]).toString('base64'))], [0, 255, 128]))

test('what is JSON is laid out, and nothing else is', () => {
  equal(formatted('{"a":{"b":1}}\n'), '{\n  "a": {\n    "b": 1\n  }\n}')
  for (const text of ['{"a":', '', '12', 'null']) equal(formatted(text), undefined)
})
