// Frames put together in blocks: the same bytes, one behind the other, and blocks that are used again.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { createMemory } from '@podpipe/runtime/kafka/encoding/memory.ts'
import { Blocks, blockBytes } from './blocks.ts'
import { bytesIn, fitting, type Laid, layOut, sizeIn } from './slabs.ts'
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
  ['one that is small', [10], 1],
  ['those that fill a block and a little of the next', Array.from({ length: 100 }, () => 3_700), 2],
  ['one that is larger than a block, between small ones', [500, blockBytes + 1, 500], 3],
  ['exactly a block with its header', [blockBytes - 40, blockBytes - 40], 2],
] as const)
  test(`the bytes are those of frames made one by one: ${name}`, () => {
    const { frames, expected } = framesOf(sizes)
    const laid = layOut(frames, new Blocks(createMemory()))
    deepEqual(framesIn(laid), expected)
    equal(laid.blocks.length, blocks)
  })

test('neighbours are one slab, without a gap', () => {
  const { frames, expected } = framesOf([3_700, 3_700, 3_700])
  const { slabs } = layOut(frames, new Blocks(createMemory()))
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

test('batches lie one behind the other, and a block is used again when none of them needs it any more', () => {
  const blocks = new Blocks(createMemory())
  const { frames, expected } = framesOf(Array.from({ length: 40 }, () => 3_700))
  const [first, second, third] = [layOut(frames, blocks), layOut(frames, blocks), layOut(frames, blocks)]
  for (const laid of [first, second, third]) deepEqual(framesIn(laid), expected)
  const [shared, next] = second.blocks
  equal(first.blocks[0], shared)
  equal(second.slabs[0]?.bytes.byteOffset, first.slabs[0]?.bytes.length)
  ok(shared !== undefined && next !== undefined && next !== shared)

  for (const block of first.blocks) blocks.letGo(block)
  deepEqual(framesIn(second), expected)
  for (const block of second.blocks) blocks.letGo(block)
  const fourth = layOut(frames, blocks)
  equal(fourth.slabs.at(-1)?.bytes.buffer, shared.bytes.buffer)
  deepEqual(framesIn(third), expected)
})

test('a block that is not full and that nobody holds is filled from its beginning', () => {
  const blocks = new Blocks(createMemory())
  const { frames } = framesOf([3_700, 3_700])
  for (let round = 0; round < 3; round++) {
    const { slabs, blocks: held } = layOut(frames, blocks)
    equal(slabs[0]?.bytes.byteOffset, 0)
    for (const block of held) blocks.letGo(block)
  }
})
