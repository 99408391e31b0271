import { equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import type { Trouble } from '../readiness.ts'
import { createDiskJudge } from './disk.ts'

const mebibyte = 1024 * 1024
const minute = 60_000

for (const [free, size, symptom, text] of [
  [100_000, 204_800, undefined, ''],
  [10, 200_000, /is full/, '0 of 195 GiB'],
  [9_000, 204_800, /nearly full/, '8 of 200 GiB'],
  [1_000, 8_000, undefined, ''],
  [300, 8_000, /nearly full/, '300 of 8000 MiB'],
  [100, 300, undefined, ''],
] as const) {
  test(`${free} of ${size} MiB: ${symptom ?? 'well'}`, () => {
    const trouble = judged(size)(free, 0)
    equal(trouble === undefined, symptom === undefined)
    if (trouble === undefined) return
    match(trouble.symptom, symptom ?? /^$/)
    equal(trouble.cause, `${text} are free in /data`)
    // Kafka works until there is no room at all.
    equal(trouble.isWarning === true, free >= 64)
  })
}

for (const [name, size, looks] of [
  [
    'a disk that is full within the hour at its rate is told of before it is scarce',
    10_000,
    [
      [0, 6_000, ''],
      [4, 5_600, ''],
      [5, 5_500, 'full in 55 min'],
      [6, 5_400, 'full in 54 min'],
    ],
  ],
  [
    'what a start takes says nothing',
    10_000,
    [
      [0, 9_000, ''],
      [1, 5_000, ''],
      [2, 5_000, ''],
      [12, 5_000, ''],
    ],
  ],
  [
    'it is over when there would be room for two hours, not for one',
    10_000,
    [
      [0, 6_000, ''],
      [6, 5_400, 'full in 54 min'],
      [12, 4_960, 'full in'],
      [18, 4_760, ''],
    ],
  ],
  [
    'room that goes up and down around the bound is told of once',
    10_000,
    [
      [0, 1_010, ''],
      [1, 990, 'are free'],
      [2, 1_050, 'are free'],
      [3, 990, 'are free'],
      [4, 1_110, ''],
    ],
  ],
] as const) {
  test(name, () => {
    const judge = judged(size)
    for (const [at, free, cause] of looks) {
      const trouble = judge(free, at * minute)
      equal(trouble !== undefined, cause !== '', `after ${at} min`)
      match(trouble?.cause ?? '', new RegExp(cause))
    }
  })
}

/** Looks in MiB, at milliseconds. */
function judged(size: number): (free: number, now: number) => Trouble | undefined {
  const judge = createDiskJudge('/data')
  return (free, now) => judge({ free: free * mebibyte, size: size * mebibyte }, now)
}
