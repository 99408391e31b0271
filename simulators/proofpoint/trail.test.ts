import assert from 'node:assert/strict'
import test from 'node:test'
import { createTrail } from './trail.ts'

/** A session that began at position 100, wrote one frame each 100 ms for 10 s, and keeps 2 s. */
function trailOf(readUpTo?: number) {
  const trail = createTrail(100, 0, 2000)
  for (let i = 1; i <= 100; i++) trail.wrote(100 + i, i * 100)
  if (readUpTo !== undefined) trail.read(readUpTo)
  return trail
}

for (const [name, readUpTo, expected] of [
  ['a peer never seen reading gets the whole session again', undefined, 100],
  ['a peer that read up to the end gets the last two seconds', 10_000, 180],
  ['a peer that stopped reading long ago gets two seconds before that', 5000, 130],
  ['a peer that read only the beginning gets everything', 1000, 100],
] as const) {
  test(name, () => assert.equal(trailOf(readUpTo).rewind(), expected))
}

test('an older answer to a ping does not take back a newer one', () => {
  const trail = trailOf(9000)
  trail.read(3000)
  assert.equal(trail.rewind(), 170)
})

test('frames written within ten milliseconds are repeated together', () => {
  const trail = createTrail(0, 0, 0)
  trail.wrote(1, 100)
  trail.wrote(2, 105)
  trail.wrote(3, 111)
  trail.read(108)
  assert.equal(trail.rewind(), 1)
})
