import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { Position } from '@podpipe/schemas/records.ts'
import type { StoredPosition } from './position.ts'
import { untilReleased } from './takeover.ts'

const begin = 1_700_000_000_000

const stored = (writtenAt: number, clean: boolean): StoredPosition => ({
  writtenAt: begin + writtenAt,
  position: { clean, received_at: begin + writtenAt } as Position,
})

// Each position with the time since the beginning, in milliseconds, at which it is written.
for (const [title, written, expected] of [
  ['there never was one: at once', [], 0],
  ['the last one is clean: at once', [stored(-1, true)], 0],
  ['its owner died, which took a session timeout to show: for 3 s', [stored(-9_000, false)], 3_000],
  ['its owner lived a moment ago and is silent since: for 10 s', [stored(-500, false)], 10_000],
  [
    'its owner lived a moment ago and needs 7 s to close: until it has',
    [stored(-500, false), stored(7_000, true)],
    7_000,
  ],
  ['it was idle and needs 2.5 s: until it has', [stored(-60_000, false), stored(2_500, true)], 2_500],
  [
    'it was idle, shows itself after 2.5 s and needs 9 s more: until it has',
    [stored(-60_000, false), stored(2_500, false), stored(11_500, true)],
    11_500,
  ],
] as const) {
  test(`a session is waited for when ${title}`, async () => {
    let now = begin
    const current = (): StoredPosition | undefined => written.findLast(each => each.writtenAt <= now)
    const found = await untilReleased(
      async () => current(),
      new AbortController().signal,
      { now: () => now },
      async ms => {
        now += ms
      },
    )
    equal(now - begin, expected)
    deepEqual(found, current()?.position)
  })
}

test('a stop ends the waiting', async () => {
  const stop = new AbortController()
  let looks = 0
  await untilReleased(
    async () => stored(0, false),
    stop.signal,
    { now: () => begin },
    async () => {
      if (++looks === 3) stop.abort()
    },
  )
  equal(looks, 3)
})
