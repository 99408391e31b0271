// The table of remembered ids beside a plain Map that remembers the same, over random ids and times.

import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { test } from 'node:test'
import { randomFrom } from '@podpipe/runtime/test-random.ts'
import type { Fingerprint } from '@podpipe/schemas/id-fingerprint.ts'
import { packSeenIds, type SeenId } from '@podpipe/schemas/seen-ids.ts'
import { isLive, type Remembered } from '../window.ts'
import { createSeenStore, rememberedAt } from './store.ts'

const noon = Date.UTC(2026, 0, 1, 12)
const day = 86_400_000
const never = { event: Number.NEGATIVE_INFINITY, append: Number.NEGATIVE_INFINITY }

/** 32 bits at a time. */
const bitsFrom = (seed: number): (() => number) => {
  const random = randomFrom(seed)
  return () => (random() * 2 ** 32) | 0
}

const draw = (random: () => number): Fingerprint => ({
  place: random() >>> 16,
  first: random(),
  second: random(),
  third: random() >>> 16,
})

const nameOf = ({ place, first, second, third }: Fingerprint): string => [place, first, second, third].join()

for (const [name, eventTime, appendTime] of [
  ['an ordinary event', noon - 3_000, noon],
  ['an event without a time', null, noon],
  ['an event of the year 2100', Date.UTC(2100, 0), noon],
  ['an event of 1969', -1, noon],
  ['an event exactly 2 ** 31 ms before its arrival', noon - 2 ** 31, noon],
  ['an event a millisecond before that', noon - 2 ** 31 - 1, noon],
  ['an event 24 days after its arrival', noon + 2 ** 31 - 2 ** 20 - 1, noon],
  ['an event beyond that', noon + 2 ** 31 - 2 ** 20, noon],
  ['an event at the end of what a ledger can hold', 2 ** 47 - 1, noon],
] as const) {
  test(`both times of ${name} are kept to the millisecond`, () => {
    const store = createSeenStore()
    const id = draw(bitsFrom(1))
    store.add(id, eventTime, appendTime)
    deepEqual(store.find(id), { eventTime, appendTime })
  })
}

test('ids that differ in one bit only are different ids', () => {
  const store = createSeenStore()
  const id = draw(bitsFrom(2))
  store.add(id, noon, noon)
  for (const [field, bits] of [
    ['place', 16],
    ['first', 32],
    ['second', 32],
    ['third', 16],
  ] as const) {
    for (let bit = 0; bit < bits; bit++) {
      equal(store.find({ ...id, [field]: id[field] ^ (1 << bit) }), undefined, `${field}, bit ${bit}`)
    }
  }
  deepEqual(store.find(id), { eventTime: noon, appendTime: noon })
})

test('a later acceptance replaces an earlier one, also months later', () => {
  const store = createSeenStore()
  const id = draw(bitsFrom(3))
  for (const days of [0, 1, 60, 400]) {
    store.add(id, noon + days * day, noon + days * day + 5)
    deepEqual(store.find(id), { eventTime: noon + days * day, appendTime: noon + days * day + 5 })
  }
  // Rows go by eight, when the last of them may: so what came beside it has to be passed as well.
  const random = bitsFrom(11)
  for (const days of [402, 404]) {
    for (let at = 0; at < 20_000; at++) {
      store.add(draw(random), noon + days * day, noon + days * day)
      store.expire({ event: noon + days * day, append: noon + days * day }, day)
    }
  }
  equal(store.find(id), undefined)
  ok(store.size < 25_000, `${store.size} ids`)
})

test('an earlier acceptance never comes back, also where the window has passed the later one first', () => {
  const random = bitsFrom(10)
  const store = createSeenStore()
  const ids = Array.from({ length: 5_000 }, () => draw(random))
  // The second time bears an older time of its own. Then the event clock stands still, so that the first is still live.
  for (const id of ids) store.add(id, noon, noon)
  for (const id of ids) store.add(id, noon - day, noon + 1_000)
  for (let at = 0; at < 100_000; at++) {
    store.add(draw(random), null, noon + day)
    if (at % 10 === 0) store.expire({ event: noon + 500, append: noon + day }, 1_000)
  }
  for (const id of ids) deepEqual(store.find(id), { eventTime: noon - day, appendTime: noon + 1_000 })
})

test('an append time that lies 49 days and more behind the newest is remembered for longer, not for less', () => {
  const store = createSeenStore()
  const [old, young] = [draw(bitsFrom(4)), { ...draw(bitsFrom(5)), place: draw(bitsFrom(4)).place }]
  store.add(old, noon, noon)
  store.add(young, noon + 60 * day, noon + 60 * day)
  const found = store.find(old)
  equal(found?.eventTime, noon)
  ok((found?.appendTime ?? 0) >= noon)
  // By the event clock, which stood still, it is known as before.
  ok(found !== undefined && isLive(found, { event: noon + 1, append: noon + 60 * day }, 1_000))
})

test('a broker whose clock goes back makes no id forgotten early', () => {
  const store = createSeenStore()
  const [first, second] = [draw(bitsFrom(6)), { ...draw(bitsFrom(7)), place: draw(bitsFrom(6)).place }]
  store.add(first, noon, noon)
  store.add(second, noon - 90 * day, noon - 90 * day)
  const found = store.find(second)
  equal(found?.eventTime, noon - 90 * day)
  ok((found?.appendTime ?? 0) >= noon - 90 * day)
})

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

test('ids that all crowd into one place are held like any others', () => {
  const random = bitsFrom(8)
  const store = createSeenStore()
  const ids = Array.from({ length: 200_000 }, () => ({ ...draw(random), place: 0x1234 }))
  for (const [at, id] of ids.entries()) store.add(id, noon + at, noon + at)
  equal(store.size, ids.length)
  for (const [at, id] of ids.entries())
    deepEqual(store.find(id), { eventTime: noon + at, appendTime: noon + at })
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

test('a table whose ids have all been forgotten becomes small again', () => {
  const random = bitsFrom(9)
  const store = createSeenStore()
  for (let at = 0; at < 100_000; at++) store.add(draw(random), noon, noon)
  const later = { event: noon + day, append: noon + day }
  for (let at = 0; at < 50_000; at++) {
    store.add(draw(random), noon + day, noon + day)
    store.expire(later, 1_000)
  }
  ok(store.size < 60_000, `${store.size} ids`)
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

test('a table that is as large as one can be says so, and has forgotten nothing', () => {
  const random = bitsFrom(12)
  const store = createSeenStore(36 * 2 ** 20)
  const ids: Fingerprint[] = []
  throws(() => {
    for (;;) {
      const id = draw(random)
      store.add(id, noon, noon)
      ids.push(id)
    }
  }, /take 36 MiB, which is as much as a table can hold; nothing was forgotten/)
  ok(ids.length > 100_000, `${ids.length} ids`)
  equal(store.size, ids.length)
  for (const id of ids) deepEqual(store.find(id), { eventTime: noon, appendTime: noon })
})

test('a block that is cut off adds none of its ids', () => {
  const store = createSeenStore()
  const block = packSeenIds([{ fingerprint: draw(bitsFrom(13)), eventTime: noon, appendTime: noon }])
  throws(() => store.addAll(block.subarray(0, 23)), /23 bytes of ids, which is no multiple of 24/)
  equal(store.size, 0)
})
