// Frames put together in blocks: the same bytes, one behind the other, and blocks that are used again.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { createMemory } from '@podpipe/runtime/kafka/memory.ts'
import { bytesIn, fitting, type Laid, layOut, sizeIn, slabBytes } from './slabs.ts'
import { type Frame, frame, frameOf } from './wire.ts'

const event = { eventTimeMs: 0, host: 'h', tag: 'a.b' }

const framesOf = (sizes: readonly number[]): { frames: Frame[]; expected: Buffer[] } => {
  const payloads = sizes.map((size, at) => Buffer.alloc(size, 97 + (at % 26)))
  return {
    frames: payloads.map(payload => frameOf(event, payload, 0)),
    expected: payloads.map(payload => frame({ ...event, payload })),
  }
}

const framesIn = ({ slabs }: Laid): Buffer[] =>
  slabs.flatMap(slab => slab.ends.map((_, at) => bytesIn(slab, at, at + 1)))

for (const [name, sizes, blocks] of [
  ['none', [], 0],
  ['one that is small has memory of its own size', [10], 0],
  ['those that fill a block and a little of the next', Array.from({ length: 100 }, () => 3_700), 1],
  ['one that is larger than a block, between small ones', [500, slabBytes + 1, 500], 2],
  ['exactly a block with its header', [slabBytes - 40, slabBytes - 40], 2],
] as const)
  test(`the bytes are those of frames made one by one: ${name}`, () => {
    const { frames, expected } = framesOf(sizes)
    const laid = layOut(frames, createMemory())
    deepEqual(framesIn(laid), expected)
    equal(laid.blocks.length, blocks)
  })

test('neighbours are one slab, without a gap', () => {
  const { frames, expected } = framesOf([3_700, 3_700, 3_700])
  const { slabs } = layOut(frames, createMemory())
  equal(slabs.length, 1)
  deepEqual(slabs[0]?.bytes, Buffer.concat(expected))
})

for (const [name, from, to, bytes, end] of [
  ['all that there is', 0, 3, 100, 3],
  ['as many as fit', 0, 3, 7, 2],
  ['as many as fit exactly', 1, 3, 7, 3],
  ['none where the first is too large', 2, 3, 3, 2],
  ['none of nothing', 3, 3, 100, 3],
] as const)
  test(`frames that go into so many bytes: ${name}`, () => {
    const slab = { bytes: Buffer.alloc(10), ends: [3, 6, 10] }
    equal(fitting(slab, from, to, bytes), end)
    equal(bytesIn(slab, from, end).length, sizeIn(slab, from, end))
  })

test('a block that was given back is used again, and one that was not is not', () => {
  const memory = createMemory()
  const many = framesOf(Array.from({ length: 60 }, () => 3_700)).frames
  const first = layOut(many, memory)
  const second = layOut(many, memory)
  ok(first.blocks[0] !== undefined && first.blocks[0].buffer !== second.blocks[0]?.buffer)
  for (const block of first.blocks) memory.give(block)
  equal(layOut(many, memory).blocks[0]?.buffer, first.blocks[0]?.buffer)
})
