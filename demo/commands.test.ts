// What may be typed while a demo goes on.

import { deepEqual, match } from 'node:assert/strict'
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { obey } from './commands.ts'

for (const [typed, done, said] of [
  ['break', ['refuse', 'resetAll'], /refuses connections.*mend/],
  ['  mend ', ['accept'], /takes events again/],
  ['help', [], /break.*mend/],
] as const) {
  test(`${typed.trim()} does ${done.join(', ') || 'nothing, and says what there is'}`, async t => {
    const found: string[] = []
    const words = new PassThrough()
    const ending = new AbortController()
    t.after(() => ending.abort())
    const input = new PassThrough()
    const devo = {
      refuse: () => void found.push('refuse'),
      resetAll: () => found.push('resetAll'),
      accept: async () => void found.push('accept'),
    }
    obey(input, devo, text => words.write(text), ending.signal)
    input.write(`\n${typed}\n`)
    const [text] = await once(words, 'data')
    match(String(text), said)
    deepEqual(found, done)
  })
}
