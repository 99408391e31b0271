import { deepEqual, equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { eachSeenId, ledgerTime, packSeenIds, type SeenId, sortSeenIds } from './seen-ids.ts'

const unpack = (bytes: Buffer): SeenId[] => {
  const ids: SeenId[] = []
  eachSeenId(bytes, (fingerprint, eventTime, appendTime) =>
    ids.push({ fingerprint: { ...fingerprint }, eventTime, appendTime }),
  )
  return ids
}

const fingerprint = { place: 0xfffe, first: -(2 ** 31), second: 2 ** 31 - 1, third: 0xff01 }

for (const [name, eventTime, expected] of [
  ['an ordinary time', 1_716_405_003_058, 1_716_405_003_058],
  ['the year 2100', 4_102_444_800_000, 4_102_444_800_000],
  ['zero', 0, 0],
  ['a time before 1970', -86_400_000, -86_400_000],
  ['no time', null, null],
  ['a time beyond 48 bits, clamped', 1e15, 2 ** 47 - 1],
  ['a time below 48 bits, clamped', -1e15, -(2 ** 47) + 1],
  ['a fraction, cut', 12.9, 12],
] as const) {
  test(`an id keeps ${name} through packing`, () => {
    const packed = packSeenIds([{ fingerprint, eventTime, appendTime: 1_716_405_003_500 }])
    equal(packed.length, 24)
    deepEqual(unpack(packed), [{ fingerprint, eventTime: expected, appendTime: 1_716_405_003_500 }])
    equal(ledgerTime(eventTime), expected)
  })
}

test('ids come out in the order in which they went in', () => {
  const ids = Array.from({ length: 3 }, (_, at) => ({
    fingerprint: { place: at, first: at, second: -at - 1, third: at },
    eventTime: at,
    appendTime: at,
  }))
  deepEqual(unpack(packSeenIds(ids)), ids)
})

test('ids are sorted by append time, and those of one time keep their order', () => {
  const ids = [5, 2, 9, 2].map((appendTime, at) => ({
    fingerprint: { ...fingerprint, third: at },
    eventTime: null,
    appendTime,
  }))
  const sorted = unpack(sortSeenIds(packSeenIds(ids)))
  deepEqual(
    sorted.map(id => [id.appendTime, id.fingerprint.third]),
    [
      [2, 1],
      [2, 3],
      [5, 0],
      [9, 2],
    ],
  )
})

test('a torn block of ids is refused', () => {
  throws(() => unpack(Buffer.alloc(25)), /25 bytes of ids/)
})
