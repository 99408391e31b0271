// Frames put together in blocks: the same bytes, one behind the other, and blocks that are used again.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { createMemory } from '@podpipe/runtime/kafka/memory.ts'
import { layOut, slabBytes } from './slabs.ts'
import { type Frame, frame, frameOf } from './wire.ts'

const event = { eventTimeMs: 0, host: 'h', tag: 'a.b' }

const framesOf = (sizes: readonly number[]): { frames: Frame[]; expected: Buffer[] } => {
  const payloads = sizes.map((size, at) => Buffer.alloc(size, 97 + (at % 26)))
  return {
    frames: payloads.map(payload => frameOf(event, payload, 0)),
    expected: payloads.map(payload => frame({ ...event, payload })),
  }
}

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
    deepEqual(laid.bytes, expected)
    equal(laid.blocks.length, blocks)
  })

test('neighbours lie one behind the other', () => {
  const { bytes } = layOut(framesOf([3_700, 3_700, 3_700]).frames, createMemory())
  for (const [at, each] of bytes.slice(1).entries()) {
    equal(each.buffer, bytes[at]?.buffer)
    equal(each.byteOffset, (bytes[at]?.byteOffset ?? 0) + (bytes[at]?.length ?? 0))
  }
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
