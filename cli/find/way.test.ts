import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { type Found, linesOf, wayOf } from './way.ts'

const copy = (offset: number) => ({
  partition: 2,
  offset,
  at: Date.parse('2026-05-22T12:00:00Z') + offset,
  cluster: 'c',
  mode: 'live',
})
const found: Found = {
  service: 'message',
  rawTopic: 'pod.raw.message',
  uniqueTopic: 'pod.unique.message',
  copies: [copy(9), copy(5), copy(7), copy(12)],
  published: [{ partition: 2, offset: 40, rawPartition: 2, rawOffset: 5 }],
  refused: [
    { topic: 'pod.raw.message', partition: 2, offset: 9, reason: 'variant', error: 'another time' },
    { topic: 'pod.raw.message', partition: 1, offset: 7, reason: 'not_json', error: 'of another partition' },
  ],
  decidedTo: 10,
  outputs: [
    { name: 'devo_1', deliveredTo: 41 },
    { name: 'relay', deliveredTo: 40 },
    { name: 'new', deliveredTo: undefined },
  ],
}

test('the way of each copy is told in the order in which they came', () => {
  deepEqual(linesOf(found, wayOf(found)), [
    '2026-05-22T12:00:00.005Z  received  c message, live, pod.raw.message 2/5',
    '    unique     pod.unique.message 2/40',
    '    delivered  to devo_1',
    '    waiting    for relay, behind 0 others',
    '    waiting    for new, behind 40 others',
    '2026-05-22T12:00:00.007Z  received  c message, live, pod.raw.message 2/7',
    '    duplicate  of a copy that was accepted within the window; it goes no further',
    '2026-05-22T12:00:00.009Z  received  c message, live, pod.raw.message 2/9',
    '    rejected   variant: another time',
    '2026-05-22T12:00:00.012Z  received  c message, live, pod.raw.message 2/12',
    '    waiting    for dedup, behind 2 others',
  ])
})

test('what an output did not take is not delivered', () => {
  const refused = [
    {
      topic: 'pod.unique.message',
      partition: 2,
      offset: 40,
      reason: 'too_large',
      error: 'devo_1 takes 1 MiB',
    },
  ]
  const [step] = wayOf({ ...found, refused })
  deepEqual(
    step?.decision.kind === 'unique' && step.decision.outputs.map(({ output, fate }) => `${output} ${fate}`),
    ['devo_1 rejected', 'relay waiting', 'new waiting'],
  )
})
