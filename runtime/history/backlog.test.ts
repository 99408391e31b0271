import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { createBacklog } from './backlog.ts'

const entries = (count: number): { n: number }[] => Array.from({ length: count }, (_, n) => ({ n }))

test('what waits is handed out oldest first and stays until it is written', () => {
  const backlog = createBacklog<{ n: number }>(10)
  const [a, b, c] = entries(3) as [{ n: number }, { n: number }, { n: number }]
  backlog.add(a)
  backlog.add(b)
  const taken = backlog.first()
  backlog.add(c)
  deepEqual(backlog.first(), [a, b, c])
  backlog.done(taken)
  deepEqual(backlog.first(), [c])
})

test('the oldest gives way to the newest', () => {
  const backlog = createBacklog<{ n: number }>(100)
  for (const entry of entries(250)) backlog.add(entry)
  equal(backlog.size, 100)
  deepEqual(backlog.first()[0], { n: 150 })
})

test('a request takes 200 at most', () => {
  const backlog = createBacklog<{ n: number }>(1_000)
  for (const entry of entries(500)) backlog.add(entry)
  equal(backlog.first().length, 200)
  backlog.done(backlog.first())
  equal(backlog.size, 300)
})

test('what gave way while it was being written is not missed', () => {
  const backlog = createBacklog<{ n: number }>(2)
  const [a, b, c, d] = entries(4)
  for (const each of [a, b]) if (each !== undefined) backlog.add(each)
  const taken = backlog.first()
  for (const each of [c, d]) if (each !== undefined) backlog.add(each)
  backlog.done(taken)
  deepEqual(backlog.first(), [c, d])
})
