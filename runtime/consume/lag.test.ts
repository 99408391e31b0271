import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { PartitionLag } from './lag.ts'

const begun = (): PartitionLag => {
  const lag = new PartitionLag()
  lag.taken({ offset: 10, timestamp: 1_000 }, 20, 50)
  return lag
}

test('nothing is said before anything is read', () => {
  const lag = new PartitionLag()
  lag.endsAt(50, 9_000)
  deepEqual(lag.at(9_000), undefined)
})

test('what was taken and is not done counts from its first record', () => {
  deepEqual(begun().at(4_000), { records: 40, seconds: 3 })
})

test('behind what is done, the age is that of the last one done', () => {
  const lag = begun()
  lag.done(20, 2_500)
  deepEqual(lag.at(4_000), { records: 30, seconds: 1.5 })
})

test('the oldest of several on their way counts', () => {
  const lag = begun()
  lag.taken({ offset: 20, timestamp: 3_000 }, 30, 50)
  deepEqual(lag.at(5_000), { records: 40, seconds: 4 })
  lag.done(20, 2_500)
  deepEqual(lag.at(5_000), { records: 30, seconds: 2 })
})

test('it grows while nothing is done, also when the end is only heard of', () => {
  const lag = begun()
  lag.endsAt(90, 6_000)
  deepEqual(lag.at(61_000), { records: 80, seconds: 60 })
})

test('with all done it is nothing', () => {
  const lag = begun()
  lag.done(50, 2_500)
  deepEqual(lag.at(99_000), { records: 0, seconds: 0 })
})

test('the first event after a quiet night is not a night old', () => {
  const lag = begun()
  lag.done(50, 2_500)
  lag.endsAt(50, 30_000_000)
  lag.endsAt(51, 30_005_000)
  deepEqual(lag.at(30_006_000), { records: 1, seconds: 6 })
})

test('work that begins again counts from what is done', () => {
  const lag = begun()
  lag.done(20, 2_500)
  lag.taken({ offset: 20, timestamp: 2_600 }, 30, 50)
  lag.again()
  deepEqual(lag.at(3_500), { records: 30, seconds: 1 })
})

test('a read of control records alone is no lag of its own', () => {
  const lag = new PartitionLag()
  lag.taken(undefined, 12, 12)
  lag.done(12, undefined)
  deepEqual(lag.at(5_000), { records: 0, seconds: 0 })
})
