import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTail } from './tail.ts'

for (const [behaviour, pieces, expected] of [
  ['keeps whole lines', ['one\ntwo\n'], ['one', 'two']],
  ['joins a line that came in pieces', ['on', 'e\ntw', 'o\n'], ['one', 'two']],
  ['keeps a last line without its end', ['one\ntwo'], ['one', 'two']],
  [
    'leaves out stack frames',
    ['Boom\n\tat a.B.c(D.java:1)\n\t... 3 more\nCaused by: x\n'],
    ['Boom', 'Caused by: x'],
  ],
  ['leaves out empty lines', ['\n\none\n\n'], ['one']],
  ['shortens a very long line', [`${'x'.repeat(1_000)}\n`], ['x'.repeat(400)]],
  [
    'keeps the last twenty',
    [...Array(30).keys()].map(n => `${n}\n`),
    [...Array(20).keys()].map(n => `${n + 10}`),
  ],
] as const) {
  test(`the tail ${behaviour}`, () => {
    const tail = createTail()
    for (const piece of pieces) tail.add(Buffer.from(piece))
    assert.deepEqual(tail.lines(), expected)
  })
}
