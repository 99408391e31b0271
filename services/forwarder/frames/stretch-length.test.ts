// How long stretches become while all goes well, and what of them is sent twice where connections break.

import { equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { randomFrom } from '@podpipe/runtime/test-random.ts'
import { StretchLength } from './stretch-length.ts'

const MiB = 1024 * 1024

const bytesWithin = (length: StretchLength, stretchBytes: number): number =>
  length.within({ stretchEvents: 1, stretchBytes, stretchMs: 1 }).stretchBytes

for (const [name, confirmed, longest, bytes] of [
  ['at first', 0, 4 * MiB, 1.25 * MiB],
  ['at first, where less is configured', 0, 1_000, 1_000],
  ['while little is confirmed', 15 * MiB, 4 * MiB, 1.25 * MiB],
  ['when more is', 30 * MiB, 4 * MiB, 2 * MiB],
  ['in the end', 10_000 * MiB, 4 * MiB, 4 * MiB],
] as const)
  test(`the length ${name}`, () => {
    const length = new StretchLength()
    length.confirmed(confirmed)
    equal(bytesWithin(length, longest), bytes)
    length.broke()
    equal(bytesWithin(length, longest), Math.min(1.25 * MiB, longest))
  })

for (const [everyMiB, mostPercent] of [
  [19, 4.2],
  [100, 4.2],
  [1_000, 1],
] as const)
  test(`with a break every ${everyMiB} MiB or so at most ${mostPercent} % are sent twice`, t => {
    const seed = Math.floor(Math.random() * 2 ** 31)
    t.diagnostic(`seed ${seed}`)
    const random = randomFrom(seed)
    const nextBreak = (): number => everyMiB * MiB * (0.5 + random())
    const length = new StretchLength()
    let [sent, twice, left] = [0, 0, nextBreak()]
    for (let breaks = 0; breaks < 2_000; ) {
      const bytes = bytesWithin(length, 4 * MiB)
      sent += Math.min(bytes, left)
      if (left > bytes) {
        left -= bytes
        length.confirmed(bytes)
      } else {
        breaks += 1
        twice += left
        left = nextBreak()
        length.broke()
      }
    }
    ok((twice * 100) / sent <= mostPercent, `seed ${seed}: ${(twice * 100) / sent} %`)
  })
