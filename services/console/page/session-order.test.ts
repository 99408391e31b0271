import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { inOrder } from './session-order.ts'

const stored = (covered_to: string) => ({ covered_to, hours_to_fetch: 0, gaps: 0 })
const sessions = [
  { name: 'b/message', state: 'live', position: stored('2026-05-22T12:00:01Z') },
  { name: 'c/message', state: 'backing_off', position: stored('2026-05-22T11:00:00Z') },
  { name: 'a/message', state: 'live', position: stored('2026-05-22T12:00:00Z') },
  { name: 'd/message', state: 'opening' },
  { name: 'e/message', state: 'unassigned', position: stored('2026-05-22T12:00:00Z') },
]

for (const [order, expected] of [
  ['name', 'abcde'],
  ['state', 'ecdab'],
  ['stored', 'dcaeb'],
  ['', 'abcde'],
  ['constructor', 'abcde'],
] as const) {
  test(`sessions by ${order || 'nothing'}`, () =>
    deepEqual(
      inOrder(sessions, order)
        .map(({ name }) => name[0])
        .join(''),
      expected,
    ))
}
