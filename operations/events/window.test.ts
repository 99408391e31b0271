import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { afterLook, afterTooMuch, nextWindow, type Stretch, stretchOf } from './window.ts'

const mib = 1024 * 1024

for (const [name, stretch, expected] of [
  ['a partition without records has none', stretchOf(7, 7), undefined],
  ['the first look is small', stretchOf(0, 1_000), { from: 996, to: 1_000 }],
  ['a short stretch is looked at as a whole', stretchOf(998, 1_000), { from: 998, to: 1_000 }],
] as const) {
  test(name, () => deepEqual(nextWindow(stretch), expected))
}

for (const [name, bytes, step] of [
  ['small records: more of them next time', 4_000, 32],
  ['nothing but marks of transactions: more next time', 0, 32],
  ['a megabyte each: two of them', 4 * mib, 2],
  ['sixteen megabytes each: one at a time', 64 * mib, 1],
] as const) {
  test(name, () => {
    const next = afterLook({ start: 0, end: 1_000, step: 4 }, 996, bytes)
    deepEqual(next, { start: 0, end: 996, step })
  })
}

test('a look that was too much is made again with as many as fit', () => {
  equal(afterTooMuch({ start: 0, end: 1_000, step: 256 }, 100, 10 * mib).step, 20)
  equal(afterTooMuch({ start: 0, end: 1_000, step: 4 }, 1, 16 * mib).step, 1)
})

test('however large the records are, looks come to an end and leave nothing out', () => {
  for (const size of [10, 100_000, 16 * mib]) {
    const seen: number[] = []
    let looks = 0
    for (let stretch: Stretch = stretchOf(0, 500); ; looks++) {
      const window = nextWindow(stretch)
      if (window === undefined) break
      const bytes = (window.to - window.from) * size
      const isTooMuch = bytes > 8 * mib && window.to - window.from > 1
      if (isTooMuch) {
        stretch = afterTooMuch(stretch, Math.ceil((8 * mib) / size), 8 * mib)
        continue
      }
      for (let offset = window.to - 1; offset >= window.from; offset--) seen.push(offset)
      stretch = afterLook(stretch, window.from, bytes)
    }
    deepEqual(
      seen,
      Array.from({ length: 500 }, (_, at) => 499 - at),
    )
    equal(looks <= 510, true, `${size} bytes: ${looks} looks`)
  }
})
