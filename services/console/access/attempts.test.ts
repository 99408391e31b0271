import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { createAttempts } from './attempts.ts'

/** What each attempt is told: how long to wait, or that it may go on. */
function told(...attempts: readonly (readonly [at: number, key: string, isRight?: boolean])[]) {
  const limits = createAttempts({ burst: 3, everyMs: 10, mostKeys: 2 })
  return attempts.map(([at, key, isRight]) => {
    const wait = limits.begin(key, at)
    if (isRight) limits.succeeded(key)
    return wait ?? 'go on'
  })
}

for (const [name, attempts, expected] of [
  [
    'three may fail at once, and the fourth waits',
    [
      [0, 'a'],
      [0, 'a'],
      [0, 'a'],
      [0, 'a'],
    ],
    ['go on', 'go on', 'go on', 10],
  ],
  [
    'one more comes back in a while, and only one',
    [
      [0, 'a'],
      [0, 'a'],
      [0, 'a'],
      [10, 'a'],
      [10, 'a'],
      [13, 'a'],
    ],
    ['go on', 'go on', 'go on', 'go on', 10, 7],
  ],
  [
    'after a long while all are back, and no more than that',
    [
      [0, 'a'],
      [900, 'a'],
      [900, 'a'],
      [900, 'a'],
      [900, 'a'],
    ],
    ['go on', 'go on', 'go on', 'go on', 10],
  ],
  [
    'what waits does not wait longer for trying',
    [
      [0, 'a'],
      [0, 'a'],
      [0, 'a'],
      [5, 'a'],
      [5, 'a'],
      [10, 'a'],
    ],
    ['go on', 'go on', 'go on', 5, 5, 'go on'],
  ],
  [
    'right ones do not count',
    [
      [0, 'a', true],
      [0, 'a', true],
      [0, 'a', true],
      [0, 'a', true],
      [0, 'a'],
      [0, 'a'],
      [0, 'a'],
      [0, 'a'],
    ],
    ['go on', 'go on', 'go on', 'go on', 'go on', 'go on', 'go on', 10],
  ],
  [
    'others are others',
    [
      [0, 'a'],
      [0, 'a'],
      [0, 'a'],
      [0, 'b'],
      [0, 'a'],
    ],
    ['go on', 'go on', 'go on', 'go on', 10],
  ],
] as const) {
  test(name, () => deepEqual(told(...attempts), expected))
}

test('a flood of keys takes no more memory than so many; the one used longest ago gives way', () => {
  const limits = createAttempts({ burst: 1, everyMs: 10, mostKeys: 2 })
  for (const key of ['a', 'b', 'c']) equal(limits.begin(key, 0), undefined)
  equal(limits.begin('c', 0), 10)
  equal(limits.begin('b', 0), 10)
  equal(limits.begin('a', 0), undefined)
})
