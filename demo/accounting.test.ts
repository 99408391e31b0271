import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { account, gaps, sentenceOf } from './accounting.ts'

const topics = { received: 5, unique: 3, duplicate: 1, rejected: 1, inUnique: 3, doubledInUnique: 0 }
const offered = {
  frames: 5,
  contents: [
    ['a', true],
    ['b', true],
    ['c', true],
    ['junk', false],
  ] as [string, boolean][],
}
const arrived: [string, number][] = [
  ['a', 1],
  ['b', 1],
  ['c', 1],
]

test('a run that closes has no gaps', () => {
  const result = account(topics, offered, arrived)
  deepEqual(gaps(result, { doublesAllowed: false }), [])
  equal(
    sentenceOf(result),
    'received 5 = unique 3 + duplicate 1 + rejected 1      delivered 3   lost 0   changed 0   doubled 0',
  )
})

for (const [name, change, expected] of [
  ['a lost event', { arrived: arrived.slice(1) }, /1 events were lost/],
  ['a changed event', { arrived: [...arrived, ['x', 1]] }, /1 events were changed/],
  [
    'a doubled event',
    {
      arrived: [
        ['a', 3],
        ['b', 1],
        ['c', 1],
      ],
    },
    /2 events were delivered twice/,
  ],
  ['junk that was delivered', { arrived: [...arrived, ['junk', 1]] }, /1 events were changed/],
  ['a record that was not decided', { topics: { received: 6 } }, /received 6 is not/],
  ['a double in unique', { topics: { doubledInUnique: 1 } }, /stand twice in unique/],
  ['a ledger that disagrees with its topic', { topics: { inUnique: 2 } }, /the topic holds 2/],
] as [string, { arrived?: [string, number][]; topics?: Partial<typeof topics> }, RegExp][]) {
  test(`${name} is a gap`, () => {
    const result = account({ ...topics, ...change.topics }, offered, change.arrived ?? arrived)
    const found = gaps(result, { doublesAllowed: false })
    equal(found.length, 1)
    equal(expected.test(found[0] ?? ''), true, found[0])
  })
}

test('where doubles are allowed they are no gap, but still counted', () => {
  const result = account(topics, offered, [
    ['a', 2],
    ['b', 1],
    ['c', 1],
  ])
  deepEqual(gaps(result, { doublesAllowed: true }), [])
  equal(result.doubled, 1)
})
