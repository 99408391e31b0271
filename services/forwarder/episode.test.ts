// How long to wait after a failure, what is news, and when it is over.

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { backoffMs, Episode } from './episode.ts'

for (const [attempt, random, expected] of [
  [1, 0, 0],
  [1, 0.5, 10],
  [1, 1 - Number.EPSILON, 19],
  [2, 0.5, 100],
  [2, 1 - Number.EPSILON, 199],
  [3, 0.5, 200],
  [9, 0.5, 12_800],
  [10, 0.5, 25_600],
  [11, 0.5, 30_000],
  [5000, 0.5, 30_000],
] as const)
  test(`attempt ${attempt} at random ${random} waits ${expected} ms`, () =>
    equal(backoffMs(attempt, random), expected))

test('stretches that were open together count as one failure', () => {
  const episode = new Episode(() => 0.5)
  const delays = [3, 1, 2].map(stretch => episode.failed(stretch, 3, 'reset').delayMs)
  deepEqual([delays, episode.attempts], [[10, 10, 10], 1])
  equal(episode.failed(4, 4, 'reset').delayMs, 100)
})

test('one failure leaves the peer beyond doubt, a second does not, and a proof restores it', () => {
  const episode = new Episode(() => 0.5)
  const doubt = [1, 2].map(stretch => {
    episode.failed(stretch, stretch, 'reset')
    return episode.isInDoubt
  })
  deepEqual(doubt, [false, true])
  episode.confirmed(3)
  equal(episode.isInDoubt, false)
})

test('each reason is news once an episode', () => {
  const episode = new Episode(() => 0.5)
  const news = ['reset', 'reset', 'bare_fin', 'reset'].map(
    (reason, index) => episode.failed(index + 1, index + 1, reason).isNews,
  )
  deepEqual(news, [true, false, true, false])
  episode.confirmed(5)
  equal(episode.failed(6, 6, 'reset').isNews, true)
})

test('only a stretch opened after the failure ends the episode', () => {
  const episode = new Episode(() => 0.5)
  episode.failed(2, 3, 'reset')
  equal(episode.confirmed(3), undefined)
  equal(episode.isOn, true)
  equal(episode.confirmed(4), 1)
  equal(episode.isOn, false)
  equal(episode.failed(5, 5, 'reset').delayMs, 10)
})
