import { equal, notEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { createMemory } from './memory.ts'

const mebibyte = 1024 * 1024

test('what is given back is taken again, and nothing else is', () => {
  const memory = createMemory()
  const first = memory.take(mebibyte)
  const second = memory.take(mebibyte)
  equal(first.length, mebibyte)
  notEqual(first.buffer, second.buffer)
  memory.give(first.subarray(7, 9))
  equal(memory.take(mebibyte - 5).buffer, first.buffer)
  notEqual(memory.take(mebibyte).buffer, second.buffer)
})

test('what is given back twice is taken once', () => {
  const memory = createMemory()
  const piece = memory.take(mebibyte)
  memory.give(piece)
  memory.give(piece)
  equal(memory.take(mebibyte).buffer, piece.buffer)
  notEqual(memory.take(mebibyte).buffer, piece.buffer)
})

test("other people's memory is never taken", () => {
  const memory = createMemory()
  const foreign = Buffer.allocUnsafeSlow(mebibyte)
  memory.give(foreign)
  notEqual(memory.take(mebibyte).buffer, foreign.buffer)
  // Node's own, which is a part of a larger piece.
  const small = memory.take(100)
  memory.give(small)
  notEqual(memory.take(64 * 1024).buffer, small.buffer)
})

test('a piece holds nothing that is far smaller or any larger', () => {
  const memory = createMemory()
  const large = memory.take(8 * mebibyte)
  memory.give(large)
  notEqual(memory.take(9 * mebibyte).buffer, large.buffer)
  notEqual(memory.take(3 * mebibyte).buffer, large.buffer)
  equal(memory.take(5 * mebibyte).buffer, large.buffer)
})

test('no more lies free than may be, and what was used last stays', () => {
  const memory = createMemory()
  const pieces = Array.from({ length: 5 }, () => memory.take(16 * mebibyte))
  for (const piece of pieces) memory.give(piece)
  const again = new Set(pieces.map(() => memory.take(16 * mebibyte).buffer))
  equal(pieces.filter(({ buffer }) => again.has(buffer)).length, 4)
  equal(again.has(pieces[0]?.buffer as ArrayBuffer), false)
})

test('what is not used for a while is given up, and what is used is not', t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const memory = createMemory()
  const [idle, busy] = [memory.take(mebibyte), memory.take(mebibyte)]
  memory.give(idle)
  memory.give(busy)
  for (let turn = 0; turn < 4; turn++) {
    equal(memory.take(mebibyte).buffer, busy.buffer)
    memory.give(busy)
    t.mock.timers.tick(10_000)
  }
  equal(memory.take(mebibyte).buffer, busy.buffer)
  notEqual(memory.take(mebibyte).buffer, idle.buffer)
})
