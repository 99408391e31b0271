import { equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { diskTrouble } from './disk.ts'

const mebibyte = 1024 * 1024

for (const [free, total, symptom] of [
  [100_000, 200_000, undefined],
  [10, 200_000, /is full/],
  [1_000, 200_000, /nearly full/],
  [1_000, 8_000, undefined],
  [300, 8_000, /nearly full/],
  [100, 300, undefined],
] as const) {
  test(`${free} of ${total} MiB: ${symptom ?? 'well'}`, () => {
    const trouble = diskTrouble('/data', { free: free * mebibyte, total: total * mebibyte })
    equal(trouble === undefined, symptom === undefined)
    if (trouble === undefined) return
    match(trouble.symptom, symptom ?? /^$/)
    match(trouble.cause, new RegExp(`^${free} of ${total} MiB are free in /data$`))
    // Kafka works until there is no room at all.
    equal(trouble.isWarning === true, free >= 64)
  })
}
