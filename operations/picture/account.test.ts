import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { accountOf, type OutputFacts, type PartitionFacts } from './account.ts'

const at = '2026-05-22T12:00:00Z'
/** 10 frames are decided: 6 unique, 3 duplicate, 1 rejected. In unique are 6 events and 2 marks. */
const block = { next_offset: 10, decided: 10, unique: 6, duplicate: 3, rejected: 1 }
const whole: PartitionFacts = { service: 'message', partition: 0, block, rawEnd: 10, uniqueEnd: 8 }
const done = (offset: number, events?: number, from = 0): OutputFacts => ({
  service: 'message',
  partition: 0,
  offset,
  counted: events === undefined ? undefined : { from, events },
})

for (const [name, change, expected] of [
  ['closes', {}, { received: 10, undecided: 0, missing: 0 }],
  ['closes while frames wait', { rawEnd: 25 }, { received: 25, undecided: 15, missing: 0 }],
  [
    'lacks what was deleted from raw before it was decided',
    { block: { ...block, next_offset: 14 }, rawEnd: 14 },
    { received: 14, undecided: 0, missing: 4 },
  ],
  [
    'lacks what the ledger has not counted',
    { block: { ...block, duplicate: 1 } },
    { received: 10, undecided: 0, missing: 2 },
  ],
  ['closes before dedup has begun', { block: undefined }, { received: 10, undecided: 10, missing: 0 }],
] as [string, Partial<PartitionFacts>, object][]) {
  test(`what came in ${name}`, () => {
    const { received, undecided, missing } = accountOf(at, [{ ...whole, ...change }], [], new Map())
    deepEqual({ received, undecided, missing }, expected)
  })
}

const output = (facts: readonly OutputFacts[], partitions = [whole], before = new Map<string, number>()) =>
  accountOf(at, partitions, [{ name: 'o', services: ['message'], facts }], before).outputs[0]

for (const [name, facts, expected] of [
  ['all is delivered', [done(8, 6)], { done: 6, waiting: 0, waitingAtMost: 0, missing: 0 }],
  ['two wait, with a mark among them', [done(5, 4)], { done: 4, waiting: 2, waitingAtMost: 3, missing: 0 }],
  ['nothing was committed yet', [], { done: 0, waiting: 6, waitingAtMost: 8, missing: 0 }],
  [
    'its offset has passed events that it has not counted',
    [done(7, 3)],
    { done: 3, waiting: 1, waitingAtMost: 1, missing: 2 },
  ],
  [
    'it has counted more than there are',
    [done(8, 9)],
    { done: 9, waiting: 0, waitingAtMost: 0, missing: -3 },
  ],
  ['nobody has counted', [done(5)], { done: null, waiting: null, waitingAtMost: 3, missing: 0 }],
  [
    'it began late and has not caught up',
    [done(6, 1, 4)],
    { done: null, waiting: null, waitingAtMost: 2, missing: 0 },
  ],
  ['it began late and has caught up', [done(8, 2, 4)], { done: 6, waiting: 0, waitingAtMost: 0, missing: 0 }],
] as const) {
  test(`an output: ${name}`, () => deepEqual(output(facts), { name: 'o', unique: 6, ...expected }))
}

for (const [name, facts, read, expected] of [
  ['is told though marks wait', [done(5, 3)], 1, { done: 3, waiting: 2, waitingAtMost: 3, missing: 1 }],
  [
    'is none where nothing is missing',
    [done(5, 4)],
    0,
    { done: 4, waiting: 2, waitingAtMost: 3, missing: 0 },
  ],
  [
    'and offsets that tell of more count',
    [done(7, 3)],
    1,
    { done: 3, waiting: 1, waitingAtMost: 1, missing: 2 },
  ],
  [
    'is what the offsets say once nothing waits',
    [done(8, 6)],
    1,
    { done: 6, waiting: 0, waitingAtMost: 0, missing: 0 },
  ],
] as const) {
  test(`what was found missing by reading ${name}`, () => {
    const outputs = [{ name: 'o', services: ['message'], facts }]
    const { outputs: found } = accountOf(at, [whole], outputs, new Map(), new Map([['o/message/0', read]]))
    deepEqual(found, [{ name: 'o', unique: 6, ...expected }])
  })
}

test('what an output that began late had before it is found once, and proves what comes later', () => {
  const before = new Map<string, number>()
  output([done(8, 2, 4)], [whole], before)
  // Five more events, of which it counts three and passes all.
  const later = { ...whole, block: { ...block, unique: 11 }, uniqueEnd: 13 }
  deepEqual(output([done(13, 5, 4)], [later], before), {
    name: 'o',
    unique: 11,
    done: 9,
    waiting: 0,
    waitingAtMost: 0,
    missing: 2,
  })
})

test('kinds that an output does not take are none of its account', () => {
  const other = { ...whole, service: 'audit' }
  deepEqual(output([done(8, 6)], [whole, other])?.unique, 6)
})
