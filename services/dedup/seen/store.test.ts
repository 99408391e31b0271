// The table of remembered ids: what it keeps of an id, what it forgets, and what it does at its ends.

import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { test } from 'node:test'
import type { Fingerprint } from '@podpipe/schemas/id-fingerprint.ts'
import { packSeenIds } from '@podpipe/schemas/seen-ids.ts'
import { isLive } from '../window.ts'
import { createSeenStore } from './store.ts'
import { bitsFrom, day, draw, noon } from './test-ids.ts'

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

test('ids that all crowd into one place are held like any others', () => {
  const random = bitsFrom(8)
  const store = createSeenStore()
  const ids = Array.from({ length: 200_000 }, () => ({ ...draw(random), place: 0x1234 }))
  for (const [at, id] of ids.entries()) store.add(id, noon + at, noon + at)
  equal(store.size, ids.length)
  for (const [at, id] of ids.entries())
    deepEqual(store.find(id), { eventTime: noon + at, appendTime: noon + at })
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
