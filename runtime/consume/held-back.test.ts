import { equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { HeldBack } from './held-back.ts'

for (const [name, seen, isHeld] of [
  [
    'nothing is written that cannot be read',
    [
      [0, 5, 5],
      [20_000, 5, 5],
    ],
    false,
  ],
  [
    'a transaction has been open for a moment',
    [
      [0, 5, 9],
      [7_000, 5, 12],
    ],
    false,
  ],
  [
    'it stays open',
    [
      [0, 5, 9],
      [9_000, 5, 12],
    ],
    true,
  ],
  [
    'one follows the other',
    [
      [0, 5, 9],
      [6_000, 9, 12],
      [12_000, 12, 15],
    ],
    false,
  ],
  [
    'it has ended',
    [
      [0, 5, 9],
      [9_000, 5, 9],
      [12_000, 9, 9],
    ],
    false,
  ],
  [
    'another one began behind it',
    [
      [0, 5, 9],
      [9_000, 9, 9],
      [12_000, 9, 12],
    ],
    false,
  ],
] as const) {
  test(`${isHeld ? 'held back' : 'not held back'} where ${name}`, () => {
    const partition = new HeldBack()
    let last = 0
    for (const [at, stable, high] of seen) {
      partition.seen(stable, high, at)
      last = at
    }
    const trouble = partition.trouble(last)
    equal(trouble !== undefined, isHeld)
    if (trouble !== undefined) match(trouble.cause, /open at offset 5/)
  })
}
