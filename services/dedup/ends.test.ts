import { deepEqual, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { createEnds } from './ends.ts'

const places = ['unique', 'seen'].map(topic => ({ topic, partition: 3 }))
const record = (topic: string) => ({ topic, partition: 3, key: null, value: Buffer.alloc(0) })

/** Ends that a leader answers with, one row a question; the last one for ever. */
function endsOf(...answers: readonly [number, number][]) {
  const left = [...answers]
  let asked = 0
  const edges = async (): Promise<number[]> => {
    asked++
    return [...((left.length > 1 ? left.shift() : left[0]) ?? [])]
  }
  return { ends: createEnds({ edges }, places), asked: () => asked }
}

const offsets = (written: readonly { firstOffset: number }[]) => written.map(({ firstOffset }) => firstOffset)

test('a transaction begins where the partitions end', async () => {
  const { ends } = endsOf([7, 4])
  deepEqual(offsets(await ends.stable()), [7, 4])
})

test('the next one waits until the markers of the last are there, in every partition that it wrote to', async () => {
  const { ends, asked } = endsOf([7, 4], [7, 4], [10, 4], [10, 6])
  await ends.stable()
  ends.wrote([record('unique'), record('unique'), record('seen')])
  deepEqual(offsets(await ends.stable()), [10, 6])
  deepEqual(asked(), 4)
})

test('a partition that the transaction did not write to is not waited for', async () => {
  const { ends } = endsOf([7, 4], [7, 6])
  await ends.stable()
  ends.wrote([record('seen')])
  deepEqual(offsets(await ends.stable()), [7, 6])
})

test('a second marker, as a new coordinator may write, does no harm', async () => {
  const { ends } = endsOf([7, 4], [7, 7])
  await ends.stable()
  ends.wrote([record('seen')])
  deepEqual(offsets(await ends.stable()), [7, 7])
})

test('a marker that does not come is an error, and no record is written behind it', async t => {
  const { ends } = endsOf([7, 4])
  await ends.stable()
  ends.wrote([record('unique')])
  let time = 0
  t.mock.method(performance, 'now', () => {
    time += 20_000
    return time
  })
  await rejects(ends.stable(), /not come to its end.*unique-3 and seen-3.*marker/)
})
