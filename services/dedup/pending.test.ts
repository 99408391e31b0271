import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { Fingerprint } from '@podpipe/schemas/id-fingerprint.ts'
import { createPendingIds } from './pending.ts'

const times = (appendTime: number) => ({ eventTime: null, appendTime })
const id = (first: number, second = 0, third = 0, place = 0): Fingerprint => ({ place, first, second, third })

test('ids are told apart by every word, also where they begin alike', () => {
  const pending = createPendingIds()
  const ids = [id(7), id(7, 1), id(7, 0, 1), id(7, 0, 0, 1), id(7, -1, 0xffff, 0xffff), id(7 + 512), id(8)]
  for (const [at, each] of ids.entries()) {
    equal(pending.find(each), undefined)
    pending.add(each, times(at))
  }
  deepEqual(
    ids.map(each => pending.find(each)),
    ids.map((_, at) => times(at)),
  )
})

test('a later acceptance replaces an earlier one', () => {
  const pending = createPendingIds()
  pending.add(id(1), times(1))
  pending.add(id(1), times(2))
  deepEqual(pending.find(id(1)), times(2))
})

test('a large batch is held like a small one', () => {
  const pending = createPendingIds()
  // All of them belong into one of eight places, so that most are behind others.
  const ids = Array.from({ length: 5_000 }, (_, at) => id((at % 8) * 65_536, at))
  for (const [at, each] of ids.entries()) pending.add(each, times(at))
  for (const [at, each] of ids.entries()) deepEqual(pending.find(each), times(at))
  equal(pending.find(id(0, 5_001)), undefined)
})

test('a cleared one knows nothing of what it held, however much that was', () => {
  const pending = createPendingIds()
  const ids = Array.from({ length: 3_000 }, (_, at) => id(at, at))
  for (const batch of [1, 2]) {
    for (const each of ids) equal(pending.find(each), undefined)
    for (const each of ids) pending.add(each, times(batch))
    for (const each of ids) deepEqual(pending.find(each), times(batch))
    pending.clear()
  }
})
