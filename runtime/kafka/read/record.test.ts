import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { InternalMessage, PlainMessage } from '../connection/internals.ts'
import { chunkOf } from './record.ts'

const record = (offset: number, producerId = '-1', key = 'k'): PlainMessage => ({
  offset: String(offset),
  timestamp: '5',
  key: Buffer.from(key),
  value: Buffer.from('v'),
  batchContext: { producerId, inTransaction: producerId !== '-1' },
})

const marker = (offset: number, producerId: string): PlainMessage => ({
  ...record(offset, producerId, '\0\0\0\0'),
  isControlRecord: true,
})

const read = (
  messages: InternalMessage[],
  abortedTransactions: { producerId: string; firstOffset: string }[] = [],
  from = 0,
) =>
  chunkOf('t', from, {
    partition: 0,
    highWatermark: '99',
    lastStableOffset: '50',
    messages,
    abortedTransactions,
  })

const offsets = (chunk: { records: readonly { offset: number }[] }) =>
  chunk.records.map(({ offset }) => offset)

for (const [name, messages, aborted, from, expected, nextOffset] of [
  ['plain records pass', [record(0), record(1)], [], 0, [0, 1], 2],
  ['records before the asked offset are left out', [record(3), record(4), record(5)], [], 4, [4, 5], 6],
  ['a committed transaction passes, its marker does not', [record(0, 'a'), marker(1, 'a')], [], 0, [0], 2],
  [
    'an aborted transaction is left out',
    [record(0, 'a'), marker(1, 'a'), record(2, 'a')],
    [['a', 0]],
    0,
    [2],
    3,
  ],
  [
    'two overlapping aborted transactions that began before the fetch are both left out',
    [record(7, 'b'), record(8, 'a'), marker(9, 'a'), marker(10, 'b')],
    [
      ['a', 2],
      ['b', 3],
    ],
    7,
    [],
    11,
  ],
  [
    'a key of four zero bytes does not end an aborted transaction',
    [record(0, 'a', '\0\0\0\0'), record(1, 'a'), marker(2, 'a'), record(3)],
    [['a', 0]],
    0,
    [3],
    4,
  ],
  [
    'plain records between those of an aborted transaction pass',
    [record(0, 'a'), record(1), marker(2, 'a')],
    [['a', 0]],
    0,
    [1],
    3,
  ],
  ['nothing at all leaves the offset where it was', [], [], 6, [], 6],
] as const) {
  test(name, () => {
    const chunk = read(
      [...messages],
      aborted.map(([producerId, firstOffset]) => ({ producerId, firstOffset: String(firstOffset) })),
      from,
    )
    deepEqual(offsets(chunk), expected)
    equal(chunk.nextOffset, nextOffset)
    equal(chunk.end, 50)
  })
}
