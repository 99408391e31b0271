import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { type Block, oldestLiveBlock } from './blocks.ts'

const block = (event: number, append: number): Block => ({ offset: append, reach: { event, append } })

for (const [name, blocks, clocks, expected] of [
  ['nothing of nothing', [], { event: 0, append: 0 }, 0],
  ['the first, while its window lasts', [block(0, 0), block(5, 5)], { event: 9, append: 9 }, 0],
  [
    'the next, once both clocks have passed the first',
    [block(0, 0), block(5, 5)],
    { event: 10, append: 10 },
    1,
  ],
  ['the first, while the event clock stands still', [block(0, 0), block(5, 5)], { event: 9, append: 99 }, 0],
  ['the first, while the append clock has not passed it', [block(0, 0)], { event: 99, append: 9 }, 0],
  ['none, when all are passed', [block(0, 0), block(5, 5)], { event: 15, append: 15 }, 2],
  [
    'a live one with forgotten ones behind it: back-fill comes with old event times',
    [block(0, 0), block(50, 8), block(-90, 9)],
    { event: 50, append: 20 },
    1,
  ],
] satisfies [string, Block[], { event: number; append: number }, number][]) {
  test(`recovery begins at ${name}`, () => equal(oldestLiveBlock(blocks, clocks, 10), expected))
}
