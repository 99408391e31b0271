import assert from 'node:assert/strict'
import test from 'node:test'
import { createRandom } from '../random.ts'
import { createResetPlan } from './resets.ts'

test('without a mean nothing is reset', () => {
  const plan = createResetPlan(0, 9, createRandom(1))
  for (let i = 0; i < 1000; i++) assert.equal(plan.received(1_000_000), undefined)
})

test('resets come after about the mean, the drawn number of times, counted over all chunks', () => {
  const plan = createResetPlan(10_000, 3, createRandom(1))
  const gaps: number[] = []
  let bytes = 0
  for (let i = 0; i < 1000; i++) {
    const cut = plan.received(700)
    bytes += cut ?? 700
    if (cut === undefined) continue
    gaps.push(bytes)
    bytes = 0
  }
  assert.equal(gaps.length, 3)
  for (const gap of gaps) assert.ok(gap >= 5000 && gap <= 15_000, `${gap} bytes`)
})

test('a reset on command cuts exactly, also inside a chunk and at its end', () => {
  const plan = createResetPlan(0, 0, createRandom(1))
  plan.command(1500)
  plan.command(2000)
  assert.equal(plan.received(1000), undefined)
  assert.equal(plan.received(1000), 500)
  assert.equal(plan.received(499), undefined)
  assert.equal(plan.received(1), 1)
  assert.equal(plan.received(1000), undefined)
})

test('a reset of nought bytes takes the next connection that receives anything', () => {
  const plan = createResetPlan(0, 0, createRandom(1))
  plan.command(0)
  assert.deepEqual([10, 10].map(plan.received), [0, undefined])
})
