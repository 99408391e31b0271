// What the sink counts, however the bytes are cut.

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { Arrivals, checksumOf } from './arrivals.ts'

const payload = (sequence: number): string => `{"guid":"${sequence.toString(36).padStart(10, '0')}rest"}`
const line = (sequence: number): string => `<14>time host tag: ${payload(sequence)}\n`
const sum = (...sequences: number[]): number =>
  sequences.reduce((total, each) => total + checksumOf(Buffer.from(payload(each))), 0)

test('events are counted once each, whatever the pieces that the bytes come in', () => {
  const text = Buffer.from([0, 41, 7, 0].map(line).join(''))
  for (let size = 1; size <= text.length; size++) {
    const arrivals = new Arrivals(42)
    const take = arrivals.connection()
    for (let at = 0; at < text.length; at += size) take(text.subarray(at, at + size), 5)
    deepEqual(arrivals.counts, { lines: 4, distinct: 3, doubled: 1, foreign: 0, checksum: sum(0, 41, 7) })
  }
})

test('a line that is cut by the end of its connection is none, and other connections go on', () => {
  const arrivals = new Arrivals(42)
  arrivals.connection()(Buffer.from(line(1).slice(0, -1)), 5)
  equal(arrivals.counts.lines, 0)
  arrivals.connection()(Buffer.from(line(1)), 6)
  deepEqual([arrivals.counts.distinct, arrivals.times[1]], [1, 6])
})

test('lines without an event, with a number beyond all events, and copies with other bytes are foreign', () => {
  const arrivals = new Arrivals(42)
  const take = arrivals.connection()
  take(Buffer.from(`nothing\n${line(42)}${line(3)}${line(3).replace('rest', 'next')}`), 5)
  deepEqual(arrivals.counts, { lines: 4, distinct: 1, doubled: 1, foreign: 3, checksum: sum(3) })
})
