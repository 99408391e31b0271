import { match, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import { confirm } from './confirm.ts'

const change = 'The position is cleared.'

test('with --yes nobody is asked', async () => {
  await confirm(change, true, async () => {
    throw new Error('asked')
  })
})

test('where there is no terminal the change is refused, with what it would be and how to have it', async () => {
  await rejects(confirm(change, false, undefined), error => {
    match(String(error), /The position is cleared\. Nothing was changed.*--yes/)
    return error instanceof ConfigurationError
  })
})

for (const [answer, isTaken] of [
  ['yes', true],
  [' YES ', true],
  ['y', false],
  ['', false],
  ['no', false],
] as const) {
  test(`the answer "${answer}" ${isTaken ? 'is taken' : 'changes nothing'}`, async () => {
    const asked = confirm(change, false, async question => {
      match(question, /^The position is cleared\. Type yes/)
      return answer
    })
    if (isTaken) await asked
    else await rejects(asked, /Nothing was changed/)
  })
}
