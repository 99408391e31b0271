import { equal, notEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { createRecordMemory } from './record-memory.ts'

const piece = 64 * 1024
const kept = (4 * 1024 * 1024) / piece

test('what is taken counts, whole, until it is given back', () => {
  const memory = createRecordMemory(piece)
  const [small, large] = [memory.take(1), memory.take(piece + 1)]
  equal(small.length, piece)
  equal(large.length, piece + 1)
  equal(memory.used, 2 * piece + 1)
  memory.give(small, true)
  memory.give(large, false)
  equal(memory.used, 0)
})

test('a piece is used again; one of another size is given back to the system at once', () => {
  const memory = createRecordMemory(piece)
  const [usual, large] = [memory.take(1), memory.take(2 * piece)]
  memory.give(usual, true)
  memory.give(large, true)
  equal(memory.take(1), usual)
  equal(large.buffer.byteLength, 0)
})

test('what somebody may still read is not used again', () => {
  const memory = createRecordMemory(piece)
  const first = memory.take(1)
  memory.give(first, false)
  notEqual(memory.take(1), first)
  equal(first.buffer.byteLength, piece)
})

test('once nothing is in use, no more than 4 MiB are kept', () => {
  const memory = createRecordMemory(piece)
  const pieces = Array.from({ length: kept + 10 }, () => memory.take(1))
  for (const each of pieces.slice(1)) memory.give(each, true)
  equal(pieces.filter(each => each.length === 0).length, 0, 'they are needed again in a moment')
  memory.give(pieces[0] as Buffer, true)
  equal(pieces.filter(each => each.length === 0).length, 10)
})
