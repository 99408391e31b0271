import assert from 'node:assert/strict'
import test from 'node:test'
import { createRandom } from './random.ts'

const draw = (random: ReturnType<typeof createRandom>) => Array.from({ length: 8 }, () => random.bits())

test('the same seed draws the same numbers', () => {
  assert.deepEqual(draw(createRandom(7, 1, 2)), draw(createRandom(7, 1, 2)))
})

test('seed, stream and index each change every number', () => {
  const start = draw(createRandom(7, 1, 2))
  for (const other of [createRandom(8, 1, 2), createRandom(7, 2, 2), createRandom(7, 1, 3)]) {
    for (const [i, value] of draw(other).entries()) assert.notEqual(value, start[i])
  }
})

test('numbers spread evenly and stay inside their limit', () => {
  const random = createRandom(1)
  const counts = new Array<number>(10).fill(0)
  for (let i = 0; i < 100_000; i++) {
    const value = random.below(10)
    counts[value] = (counts[value] ?? 0) + 1
  }
  assert.equal(counts.length, 10)
  for (const count of counts) assert.ok(Math.abs(count - 10_000) < 500, `${count} of 10000`)
})

test('a chance of nought never comes and a chance of one always does', () => {
  const random = createRandom(1)
  for (let i = 0; i < 1000; i++) {
    assert.equal(random.chance(0), false)
    assert.equal(random.chance(1), true)
  }
})
