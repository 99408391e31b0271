import { deepEqual, equal, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { countWithin, createReader } from './reader.ts'
import type { KafkaRecord } from './record.ts'

const record = (offset: number, size = 10): KafkaRecord => ({
  topic: 't',
  partition: 0,
  offset,
  timestamp: 0,
  key: null,
  value: Buffer.alloc(size),
})

const open = (from = 0) =>
  createReader(
    { topic: 't', partition: 0 },
    from,
    () => {},
    () => {},
  )

const chunk = (records: KafkaRecord[], nextOffset: number) => ({
  records,
  nextOffset,
  end: 100,
  bytes: records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0),
})

test('what does not fit into one take stays for the next, and the offset says so', async () => {
  const reader = open()
  reader.push(chunk([record(0), record(1), record(2)], 4))
  const first = await reader.take({ maxRecords: 2, wait: 0 })
  deepEqual([first.records.map(({ offset }) => offset), first.nextOffset, first.end], [[0, 1], 2, 100])
  const second = await reader.take({ maxRecords: 2, wait: 0 })
  deepEqual([second.records.map(({ offset }) => offset), second.nextOffset], [[2], 4])
})

test('a chunk of aborted records only moves the offset on', async () => {
  const reader = open(5)
  reader.push(chunk([], 9))
  const { records, nextOffset, end } = await reader.take({ maxRecords: 10, wait: 0 })
  deepEqual([records, nextOffset, end], [[], 9, 100])
})

test('a full reader wants no more, and wants more again once it is emptied', async () => {
  const reader = open()
  reader.push(chunk([record(0, 2 * 1024 * 1024)], 1))
  equal(reader.wantsMore(), false)
  await reader.take({ maxRecords: 10, wait: 0 })
  equal(reader.wantsMore(), true)
})

test('closing wakes a take that waits, with the reason', async () => {
  const reader = open()
  const taking = reader.take({ maxRecords: 1, wait: 0 })
  reader.close(new Error('moved away'))
  await rejects(taking, /moved away/)
  reader.push(chunk([record(0)], 1))
  await rejects(reader.take({ maxRecords: 1, wait: 0 }), /moved away/)
})

for (const [name, sizes, maxRecords, maxBytes, expected] of [
  ['all that is there', [1, 1], 10, 100, 2],
  ['no more than the count allows', [1, 1, 1], 2, 100, 2],
  ['no more than the bytes allow', [60, 60], 10, 100, 1],
  ['one record however large', [500, 1], 10, 100, 1],
  ['nothing of nothing', [], 10, 100, 0],
] as const) {
  test(`a take holds ${name}`, () => {
    equal(
      countWithin(
        sizes.map((size, offset) => record(offset, size)),
        maxRecords,
        maxBytes,
      ),
      expected,
    )
  })
}

test('a chunk is released once all takes that had a part of it are, and never when its reader was closed', async () => {
  const reader = open()
  const released: string[] = []
  reader.push(chunk([record(0), record(1), record(2)], 3), () => released.push('first'))
  reader.push(chunk([record(3)], 4), () => released.push('second'))
  reader.push(chunk([], 5), () => released.push('empty'))
  reader.push(chunk([record(5)], 6), () => released.push('third'))
  const [one, two] = [
    await reader.take({ maxRecords: 2, wait: 0 }),
    await reader.take({ maxRecords: 2, wait: 0 }),
  ]
  one.release()
  deepEqual(released, [])
  two.release()
  two.release()
  deepEqual(released, ['first', 'second'])
  reader.close()
  deepEqual(released, ['first', 'second'])
})
