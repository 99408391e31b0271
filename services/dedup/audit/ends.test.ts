import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { nameOf, type TopicPartition } from '@podpipe/runtime/kafka/group/assigner.ts'
import type { Fetcher } from '@podpipe/runtime/kafka/read/fetcher.ts'
import { findEnds } from './ends.ts'

const place = (topic: string): TopicPartition => ({ topic, partition: 0 })
const partition = { raw: place('raw'), unique: place('unique'), seen: place('seen') }

test('what a transaction has written when the ledger was read is waited for, and its block is read', async () => {
  // A transaction that is written everywhere and becomes visible in one topic after the other.
  const written = { 'raw-0': 90, 'unique-0': 60, 'rejected-0': 8, 'seen-0': 12 }
  const visible: Record<string, number> = { 'raw-0': 90, 'unique-0': 50, 'rejected-0': 5, 'seen-0': 10 }
  const arriving = ['unique-0', 'rejected-0', 'seen-0'] as const
  const questions: string[] = []
  const fetcher: Pick<Fetcher, 'edges'> = {
    async edges(places, edge) {
      const names = places.map(nameOf)
      questions.push(`${edge} ${names.join(' ')}`)
      const of: Record<string, number> = edge === 'high' ? written : visible
      const ends = names.map(name => of[name] ?? 0)
      const next = arriving.find(name => visible[name] !== written[name])
      if (edge === 'stable' && next !== undefined && questions.length > 2) visible[next] = written[next]
      return ends
    },
  }
  deepEqual(await findEnds(fetcher, [partition], place('rejected')), {
    partitions: [{ ledger: 10, raw: 90, unique: 60, ledgerLater: 12 }],
    rejected: 8,
    open: [],
  })
  deepEqual(
    [...new Set(questions)],
    [
      'stable seen-0',
      'stable raw-0',
      'high unique-0 rejected-0',
      'stable unique-0 rejected-0',
      'high seen-0',
    ],
  )
})

test('a transaction that nobody ends is told, and what it hides is not read', async () => {
  const fetcher: Pick<Fetcher, 'edges'> = {
    edges: async (places, edge) =>
      places.map(each => (nameOf(each) === 'rejected-0' && edge === 'stable' ? 5 : 10)),
  }
  const { rejected, open } = await findEnds(fetcher, [partition], place('rejected'), 0)
  deepEqual([rejected, open], [5, ['rejected-0']])
})
