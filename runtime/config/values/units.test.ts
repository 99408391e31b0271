import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { durationText, parseDuration, parseSize } from './units.ts'

for (const [text, expected] of [
  ['250ms', 250],
  ['0ms', 0],
  ['1s', 1000],
  ['1.5s', 1500],
  ['5m', 300_000],
  ['1h', 3_600_000],
  ['30 d', 2_592_000_000],
  [' 1h ', 3_600_000],
  ['1', undefined],
  [60, undefined],
  ['', undefined],
  ['h', undefined],
  ['-1h', undefined],
  ['1H', undefined],
  ['1h30m', undefined],
  ['1  h', undefined],
  ['0.1ms', undefined],
  ['99999999999999999d', undefined],
  ['1constructor', undefined],
  [undefined, undefined],
] as const) {
  test(`the duration ${JSON.stringify(text)} is ${expected} ms`, () => equal(parseDuration(text), expected))
}

for (const [text, expected] of [
  ['16MiB', 16_777_216],
  ['64 KiB', 65_536],
  ['1.5KiB', 1536],
  ['1GiB', 1_073_741_824],
  ['7B', 7],
  ['4096', 4096],
  [4096, 4096],
  [0, 0],
  [1.5, undefined],
  [-1, undefined],
  ['16MB', undefined],
  ['16mib', undefined],
  ['', undefined],
  [true, undefined],
  [[1], undefined],
  ['1e400GiB', undefined],
] as const) {
  test(`the size ${JSON.stringify(text)} is ${expected} bytes`, () => equal(parseSize(text), expected))
}

for (const [duration, expected] of [
  [0, '0ms'],
  [250, '250ms'],
  [90_000, '90s'],
  [3_600_000, '1h'],
  [90_000_000, '25h'],
  [691_200_000, '8d'],
  [3_600_001, '3600001ms'],
] as const) {
  test(`${duration} ms are written as ${expected}`, () => equal(durationText(duration), expected))
}
