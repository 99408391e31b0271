// The table of remembered ids beside a plain Map that remembers the same, over random ids and times.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { test } from 'node:test'
import type { Fingerprint } from '@podpipe/schemas/id-fingerprint.ts'
import { packSeenIds, type SeenId } from '@podpipe/schemas/seen-ids.ts'
import { isLive, type Remembered } from '../window.ts'
import { createSeenStore, rememberedAt } from './store.ts'
import { bitsFrom, day, draw, never, noon } from './test-ids.ts'

const nameOf = ({ place, first, second, third }: Fingerprint): string => [place, first, second, third].join()

test('a table that has grown holds every id, and what is not in it is not found', t => {
  const seed = randomInt(2 ** 31)
  t.diagnostic(`seed ${seed}`)
  const random = bitsFrom(seed)
  const store = createSeenStore()
  const known = new Map<string, [Fingerprint, Remembered]>()
  for (let count = 0; count < 300_000; count++) {
    const id = draw(random)
    const kind = count % 50
    const eventTime = kind === 0 ? null : kind === 1 ? noon * 2 + count : noon + count
    known.set(nameOf(id), [id, { eventTime, appendTime: noon + count + 7 }])
    store.add(id, eventTime, noon + count + 7)
  }
  equal(store.size, known.size)
  for (const [id, expected] of known.values()) {
    const found = store.find(id)
    if (found?.eventTime !== expected.eventTime || found.appendTime !== expected.appendTime) {
      deepEqual(found, expected)
    }
  }
  for (let count = 0; count < 100_000; count++) {
    const id = draw(random)
    if (!known.has(nameOf(id))) equal(store.find(id), undefined)
  }
})

test('nothing is forgotten early, everything at last, and the table stays as large as the window needs', t => {
  const seed = randomInt(2 ** 31)
  t.diagnostic(`seed ${seed}`)
  const random = bitsFrom(seed)
  const store = createSeenStore()
  const window = 50_000
  const live: [Fingerprint, Remembered][] = []
  let oldest = 0
  let clocks = never
  let largest = 0
  for (let count = 0; count < 400_000; count++) {
    const id = draw(random)
    const known = { eventTime: noon + count - (count % 100 === 0 ? 2_000 : 0), appendTime: noon + count }
    store.add(id, known.eventTime, known.appendTime)
    live.push([id, known])
    clocks = { event: noon + count, append: noon + count }
    if (count % 500 !== 0) continue
    store.expire(clocks, window)
    oldest += live.slice(oldest).findIndex(([, each]) => isLive(each, clocks, window))
    for (let at = oldest; at < live.length; at += 997) {
      const [id, expected] = live[at] as [Fingerprint, Remembered]
      deepEqual(store.find(id), expected)
    }
    if (count > 3 * window) largest = Math.max(largest, store.size)
  }
  ok(largest < 1.5 * window, `${largest} ids for a window of ${window}`)
  ok(store.memory < 30 * window + 256 * 1_500, `${store.memory} bytes for a window of ${window}`)
})

test('a table that grows and shrinks again and again, over months, knows what is live and nothing else', t => {
  const seed = randomInt(2 ** 31)
  t.diagnostic(`seed ${seed}`)
  const random = bitsFrom(seed)
  const store = createSeenStore()
  const window = 20 * day
  const known = new Map<string, [Fingerprint, Remembered]>()
  let clocks = never
  let now = noon
  let largest = 0
  for (let season = 0; season < 12; season++) {
    // Busy ones and quiet ones; in some, times lie far off, are missing, or ids come again.
    const count = season % 2 === 0 ? 30_000 : 1_000
    for (let at = 0; at < count; at++) {
      now += (random() >>> 0) % ((25 * day) / count)
      const kind = (random() >>> 0) % 20
      const eventTime =
        kind === 0 ? null : kind === 1 ? now - 400 * day : kind === 2 ? now + 4 * day : now - kind
      const again = kind === 3 ? known.values().next().value?.[0] : undefined
      const id = again ?? draw(random)
      store.add(id, eventTime, now)
      known.delete(nameOf(id))
      known.set(nameOf(id), [id, { eventTime, appendTime: now }])
      clocks = {
        event: Math.max(clocks.event, eventTime === null || eventTime > now ? now : eventTime),
        append: now,
      }
      if (at % 100 === 0) store.expire(clocks, window)
    }
    largest = Math.max(largest, store.memory)
    for (const [name, [id, expected]] of known) {
      if (isLive(expected, clocks, window)) deepEqual(store.find(id), expected)
      else known.delete(name)
    }
    ok(store.size >= known.size, `${store.size} ids, of which ${known.size} are live`)
  }
  // A quiet season, and what was busy is gone from memory as well.
  for (let at = 0; at < 40_000; at++) {
    now += 10_000
    store.add(draw(random), now, now)
    store.expire({ event: now, append: now }, 1_000)
  }
  ok(store.size < 25_000, `${store.size} ids`)
  ok(store.memory < largest, `${store.memory} bytes, at most ${largest}`)
})

for (const [name, place] of [
  ['in a table of many bins', undefined],
  ['where all crowd into one place', 0x4321],
] as const) {
  test(`many at once are added and found as one by one, ${name}`, t => {
    const seed = randomInt(2 ** 31)
    t.diagnostic(`seed ${seed}`)
    const random = bitsFrom(seed)
    const [single, many] = [createSeenStore(), createSeenStore()]
    const ids: Fingerprint[] = []
    let now = noon
    for (let round = 0; round < 100; round++) {
      const block = Array.from({ length: (random() >>> 0) % 1_500 }, (): SeenId => {
        const kind = (random() >>> 0) % 20
        const known = kind === 0 ? ids[(random() >>> 0) % ids.length] : undefined
        const fingerprint = known ?? { ...draw(random), ...(place === undefined ? {} : { place }) }
        ids.push(fingerprint)
        now += kind
        const eventTime = kind === 1 ? null : kind === 2 ? noon - 400 * day : now - 1_000 * kind
        return { fingerprint, eventTime, appendTime: now }
      })
      for (const { fingerprint, eventTime, appendTime } of block)
        single.add(fingerprint, eventTime, appendTime)
      many.addAll(packSeenIds(block))
      const asked = Array.from(
        { length: 1_000 },
        (_, at) => (at % 2 === 0 ? ids.at(random() % ids.length) : undefined) ?? draw(random),
      )
      const words = Int32Array.from(
        asked.flatMap(({ place, first, second, third }) => [first, second, (place << 16) | third]),
      )
      const found = new Float64Array(2 * asked.length)
      many.findAll(words, asked.length, found)
      for (const [at, id] of asked.entries()) {
        deepEqual(rememberedAt(found, at), single.find(id))
        deepEqual(many.find(id), single.find(id))
      }
      for (const store of [single, many]) store.expire({ event: now, append: now }, 200_000)
      equal(many.size, single.size)
    }
    // In the crowded one the hand has millions of empty places to go through.
    ok(place !== undefined || single.size < ids.length)
  })
}
