import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { listedOf, RejectTally } from '@podpipe/operations/rejected/listed.ts'
import { reject, topics } from '@podpipe/operations/rejected/test-reject.ts'
import { listText, showText } from './report.ts'

test('no control character of an error reaches a terminal', () => {
  const tally = new RejectTally(1)
  tally.add(listedOf(reject, topics))
  const text = listText(tally.list())
  equal(text.includes('another\\x1b[31m time'), true, text)
})

test('one is shown with its meaning and its bytes', () => {
  const text = showText(reject, topics)
  for (const part of [
    'variant: the event was published',
    'dedup.variants: forward',
    '{"guid":"a"}',
    'never',
  ]) {
    equal(text.includes(part), true, part)
  }
})
