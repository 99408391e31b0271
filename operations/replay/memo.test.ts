import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import { decodeReplay, encodeReplay, type StoredReplay } from './memo.ts'

const replay: StoredReplay = {
  name: 'x',
  plan: { output: 'devo_1', from: 1, to: 2, services: ['message'], ids: ['ü"\n'], relative: '-1h now' },
  run: { id: 'r', beat: 3, isOpen: true, begun: 4, doubled: 5, atStake: 6 },
  shares: [
    { topic: 'pod.unique.message', partition: 0, start: 10, end: 20, offset: 15, confirmed: 4, refused: {} },
    {
      topic: 'pod.unique.message',
      partition: 2,
      start: 0,
      end: 9,
      offset: 9,
      confirmed: 7,
      refused: { too_large: 2 },
    },
  ],
}

test('what is encoded is read back whole, in whatever order the offsets come', () => {
  const offsets = encodeReplay(replay)
  deepEqual(decodeReplay('x', offsets), replay)
  deepEqual(decodeReplay('x', [...offsets].reverse())?.shares, [...replay.shares].reverse())
})

test('a share that has got on changes nothing of what was encoded before', () => {
  const share = { ...replay.shares[0], refused: {} } as StoredReplay['shares'][number]
  const offsets = encodeReplay({ ...replay, shares: [share] })
  share.offset = 20
  share.refused.too_large = 1
  deepEqual(decodeReplay('x', offsets)?.shares[0]?.offset, 15)
  deepEqual(decodeReplay('x', offsets)?.shares[0]?.refused, {})
})

for (const [name, metadata] of [
  ['nothing', ''],
  ['no JSON', '{'],
  ['another one', '{"end":1}'],
  ['null', 'null'],
  ['a share without its plan', '{"start":1,"end":2,"confirmed":0,"refused":{}}'],
] as const) {
  test(`offsets whose word is ${name} are no replay`, () =>
    equal(decodeReplay('x', [{ topic: 't', partition: 0, offset: 1, metadata }]), undefined))
}

test('as many ids as Kafka has room for are kept, and more are refused with what to do', () => {
  const withIds = (count: number): StoredReplay => ({
    ...replay,
    plan: { ...replay.plan, ids: Array.from({ length: count }, (_, n) => `${n}`.padStart(36, 'a')) },
  })
  ok(encodeReplay(withIds(80)).every(({ metadata }) => metadata.length < 4_096))
  throws(
    () => encodeReplay(withIds(120)),
    error =>
      error instanceof ConfigurationError && /120 ids are too many.*several replays/.test(error.message),
  )
})
