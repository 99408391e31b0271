import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { cpuFigures, memoryFigures } from './usage.ts'

test('processor time is told an event, each process by what it handled', () => {
  const before = new Map([
    ['ingest', 1],
    ['Kafka', 10],
  ])
  const after = new Map([
    ['ingest', 3],
    ['Kafka', 14],
  ])
  const handled = { ingest: { events: 100_000, of: 'a frame received' } }
  deepEqual(cpuFigures(before, after, handled, { events: 50_000, of: 'an event' }), [
    { what: 'CPU of ingest, a frame received', unit: 'us', ours: 20 },
    { what: 'CPU of Kafka, an event', unit: 'us', ours: 80 },
  ])
})

test('a process that handled nothing has no endless figure', () => {
  const nothing = { events: 0, of: 'an event' }
  deepEqual(cpuFigures(new Map([['dedup', 1]]), new Map([['dedup', 2]]), {}, nothing), [
    { what: 'CPU of dedup, an event', unit: 'us', ours: 0 },
  ])
})

test('only the processes that are named have an aim for memory', () => {
  const bytes = new Map([
    ['dedup', 90e6],
    ['Kafka', 300e6],
  ])
  deepEqual(memoryFigures(bytes, 'at rest', { names: new Map([['dedup', 1]]), megabytes: 150 }), [
    { what: 'memory of dedup at rest', unit: 'MB', ours: 90, aim: { bound: 'at most', value: 150 } },
    { what: 'memory of Kafka at rest', unit: 'MB', ours: 300 },
  ])
})
