import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { assignSticky, nameOf, type TopicPartition } from './assigner.ts'

const partitions = (count: number, topic = 't'): TopicPartition[] =>
  Array.from({ length: count }, (_, partition) => ({ topic, partition }))

const counts = (shares: Map<string, TopicPartition[]>) =>
  [...shares.values()].map(share => share.length).sort()

test('one member owns everything', () => {
  deepEqual(assignSticky(partitions(6), [{ id: 'a', owned: [] }]).get('a')?.length, 6)
})

test('shares differ by one at most, and every partition has exactly one owner', () => {
  const all = [...partitions(6, 'x'), ...partitions(5, 'y')]
  const shares = assignSticky(
    all,
    ['a', 'b', 'c', 'd'].map(id => ({ id, owned: [] })),
  )
  deepEqual(counts(shares), [2, 3, 3, 3])
  deepEqual([...shares.values()].flat().map(nameOf).sort(), all.map(nameOf).sort())
})

test('a second member takes only what the first has too many of', () => {
  const shares = assignSticky(partitions(6), [
    { id: 'a', owned: partitions(6) },
    { id: 'b', owned: [] },
  ])
  deepEqual(shares.get('a'), partitions(3))
  equal(shares.get('b')?.length, 3)
})

test('a second member takes its part of every topic, and another rebalance moves nothing', () => {
  const all = [...partitions(6, 'x'), ...partitions(6, 'y'), ...partitions(5, 'z')]
  const shares = assignSticky(all, [
    { id: 'a', owned: all },
    { id: 'b', owned: [] },
  ])
  for (const [topic, expected] of [
    ['x', [3, 3]],
    ['y', [3, 3]],
    ['z', [2, 3]],
  ] as const) {
    const found = [...shares.values()].map(share => share.filter(each => each.topic === topic).length)
    deepEqual(found.sort(), expected, topic)
  }
  const again = assignSticky(
    all,
    ['b', 'a'].map(id => ({ id, owned: shares.get(id) ?? [] })),
  )
  for (const id of ['a', 'b']) deepEqual(again.get(id), shares.get(id))
})

test('what does not divide goes to another member in each topic', () => {
  const all = ['x', 'y', 'z'].flatMap(topic => partitions(4, topic))
  const shares = assignSticky(
    all,
    ['a', 'b', 'c'].map(id => ({ id, owned: [] })),
  )
  deepEqual(counts(shares), [4, 4, 4])
})

test('when a member leaves, the others keep theirs', () => {
  const before = assignSticky(
    partitions(7),
    ['a', 'b', 'c'].map(id => ({ id, owned: [] })),
  )
  const after = assignSticky(
    partitions(7),
    ['a', 'b'].map(id => ({ id, owned: before.get(id) ?? [] })),
  )
  for (const id of ['a', 'b']) {
    const kept = after.get(id)?.map(nameOf) ?? []
    deepEqual(
      before.get(id)?.every(partition => kept.includes(nameOf(partition))),
      true,
    )
  }
  deepEqual(counts(after), [3, 4])
})

test('two members that claim the same partition do not both get it', () => {
  const shares = assignSticky(partitions(2), [
    { id: 'a', owned: partitions(2) },
    { id: 'b', owned: partitions(2) },
  ])
  deepEqual([...shares.values()].flat().map(nameOf).sort(), ['t-0', 't-1'])
})

test('more members than partitions: some own nothing', () => {
  deepEqual(
    counts(
      assignSticky(partitions(1), [
        { id: 'a', owned: [] },
        { id: 'b', owned: [] },
      ]),
    ),
    [0, 1],
  )
})

test('a partition that is gone is not assigned', () => {
  const shares = assignSticky(partitions(2), [{ id: 'a', owned: partitions(5) }])
  deepEqual(shares.get('a')?.map(nameOf), ['t-0', 't-1'])
})
