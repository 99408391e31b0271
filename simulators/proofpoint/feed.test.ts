import assert from 'node:assert/strict'
import test from 'node:test'
import { createFeed } from './feed.ts'
import type { Frame } from './frame.ts'

const frame = (text: string): Frame => ({ bytes: Buffer.from(text), kind: 'event', binary: false })

const source = {
  length: 3,
  frame: (slot: number) => frame(`source ${slot}`),
  timeOf: (slot: number) => slot * 10,
  origin: (slot: number) => (slot === 2 ? 0 : slot),
  slotAt: (position: number) => 2 - position,
}

test('pushed frames come after the source, in order', () => {
  const feed = createFeed(source)
  feed.push(frame('pushed'), 50)
  const texts = [0, 1, 2, 3].map(position => feed.frame(feed.slotAt(position)).bytes.toString())
  assert.deepEqual(texts, ['source 2', 'source 1', 'source 0', 'pushed'])
  assert.deepEqual([feed.origin(2), feed.origin(3)], [0, 3])
})

test('the time of a pushed frame is not before the one in front of it', () => {
  const feed = createFeed(source)
  feed.push(frame('early'), 5)
  feed.push(frame('late'), 99)
  assert.deepEqual([feed.timeOf(3), feed.timeOf(4)], [20, 99])
})

test('a slot counts as sent once, however often it was', () => {
  const feed = createFeed(source)
  for (let i = 0; i < 200; i++) feed.push(frame(String(i)), 60)
  for (let round = 0; round < 2; round++) for (let slot = 0; slot < feed.length; slot++) feed.markSent(slot)
  assert.equal(feed.sentSlots, 203)
})
