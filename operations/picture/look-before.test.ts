import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { lookBefore } from './look-before.ts'

for (const [name, ages, expected] of [
  ['none at first', [], undefined],
  ['the oldest while all are young', [3, 2, 1], 3],
  ['the youngest that is old enough', [14, 12, 11, 9, 1], 11],
  ['one that is exactly old enough', [20, 10, 1], 10],
  ['none that is too old', [26], undefined],
  ['a young one rather than one that is too old', [26, 2], 2],
] as const) {
  test(name, () => {
    const looks = ages.map(age => ({ at: 100_000 - age * 1_000, services: [] }))
    equal(lookBefore(looks, 100_000)?.at, expected === undefined ? undefined : 100_000 - expected * 1_000)
  })
}
