import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { countBefore, rejectsOf } from './rejects.ts'

test('a reject that stands twice counts once, in whatever order', () => {
  deepEqual(rejectsOf([5, 2, 5, 9], false), {
    offsets: [2, 5, 9],
    repeated: 1,
    isCut: false,
    wholeFrom: 0,
  })
})

test('where rejects were deleted, those behind the first one left are whole, and nobody knows where there is none', () => {
  equal(rejectsOf([5, 2], true).wholeFrom, 2)
  equal(rejectsOf([], true).wholeFrom, Number.POSITIVE_INFINITY)
})

for (const [end, count] of [
  [0, 0],
  [2, 0],
  [3, 1],
  [9, 2],
  [10, 3],
  [99, 3],
] as const) {
  test(`${count} of 2, 5 and 9 lie before ${end}`, () => equal(countBefore([2, 5, 9], end), count))
}
