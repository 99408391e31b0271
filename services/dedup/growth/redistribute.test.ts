// Ledgers for another number of partitions: what the tasks know afterwards is what they knew before, elsewhere.

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { partitionOfKey } from '@podpipe/runtime/kafka/write/key-partitioner.ts'
import { wholeValue } from '@podpipe/runtime/kafka/write/outgoing.ts'
import { eventCodec, seenBlockCodec } from '@podpipe/schemas/records.ts'
import { topicsOf } from '@podpipe/schemas/topics.ts'
import { movesIds } from '../audit/moves.ts'
import { withTime } from '../decide.ts'
import { applyBlock, createState, type State, type Windows } from '../state.ts'
import { type Arrival, createLedger } from '../test-ledger.ts'
import { readerOf, type TestPartition } from '../test-partitions.ts'
import { uniqueRecord } from '../unique-record.ts'
import { type LiveId, readLiveIds } from './live-ids.ts'
import { createRedistribution, lowestClocks } from './redistribute.ts'

const windows: Windows = { live: 100, archive: 300 }
const topics = topicsOf({ prefix: 'pod', partitions: 5, services: ['message'] })
const { seen } = topics
const noAccount = { totals: { decided: 0, unique: 0, duplicate: 0, rejected: 0 }, nextOffset: 0 }

const at = (id: string, time: number): Arrival => ({ id, eventTime: time, appendTime: time, mode: 'live' })

/** A partition in which these batches have been decided, and how to read it. */
function partitionWith(batches: readonly Arrival[][], variants: 'reject' | 'forward' = 'reject') {
  const ledger = createLedger(windows, undefined, variants)
  const unique: TestPartition = { start: 0, end: 0, records: [] }
  for (const batch of batches) {
    for (const { record, outcome } of ledger.commit(batch).decided) {
      if (outcome.kind !== 'forward') continue
      const { timestamp, key } = record
      const value = wholeValue(
        uniqueRecord(record, outcome.value.key, topics.raw('message'), topics.unique('message'), 0),
      )
      unique.records.push({ topic: 'unique', partition: 0, offset: unique.end++, timestamp, key, value })
    }
  }
  const records = ledger.blocks.map(({ offset, block }) => ({
    ...{ topic: 'seen', partition: 0, offset, timestamp: 0, key: null },
    value: seenBlockCodec.encode(block),
  }))
  const places = {
    seen: { topic: 'seen', partition: 0, codec: seenBlockCodec },
    unique: { topic: 'unique', partition: 0, codec: eventCodec },
  }
  const ledgerPartition: TestPartition = { start: 0, end: 2 * records.length, records }
  return {
    ledger,
    unique,
    seen: ledgerPartition,
    read: async () => {
      const ids: LiveId[] = []
      const reader = readerOf({ seen: ledgerPartition, unique })
      const end = await readLiveIds(reader, places, windows, id => ids.push(id))
      return { ids, ...end }
    },
  }
}

const idsOf = (ids: readonly { key: Buffer }[]): string[] => ids.map(({ key }) => key.toString())

test('the live ids are those of unique that a window has not passed, with what the ledger remembers', async () => {
  const { read, ledger } = partitionWith([
    [at('old', 0)],
    [at('a', 290), at('b', 295), { ...at('a', 290), appendTime: 296 }],
    [{ ...at('late', 20), appendTime: 400 }, { ...at('x', 401), unreadable: true }, at('c', 410)],
  ])
  const { ids, totals, doubt } = await read()
  equal(doubt, undefined)
  deepEqual(idsOf(ids), ['a', 'b', 'late', 'c'])
  deepEqual(
    ids.map(({ key }) => ledger.state.seen.find(ledger.state.fingerprintOf('acme', 'message', key))),
    ids.map(({ known }) => known),
  )
  deepEqual(totals, { decided: 7, unique: 5, duplicate: 1, rejected: 1 })
})

test('events that retention has taken out of unique are missed by the count', async () => {
  const { read, unique } = partitionWith([[at('a', 1), at('b', 2)], [at('c', 3)]])
  unique.records.shift()
  unique.start = 1
  equal((await read()).doubt, 'unique has 2 events of that time, and the ledger counts 3')
})

test('ids that come from a change before are not in this partition of unique, and that is said', async () => {
  const { read, seen: blocks, ledger } = partitionWith([[at('a', 1)], [at('b', 2)]])
  const last = ledger.blocks.at(-1)
  const block = { ...(last?.block ?? Object.create(null)), oldest_block: -1 }
  const change = { topic: 'seen', partition: 0, offset: 4, timestamp: 0, key: null }
  blocks.records.push({ ...change, value: seenBlockCodec.encode(block) })
  blocks.end = 6
  equal((await read()).doubt?.includes('earlier change'), true)
})

test('each id is known where its key belongs, and nothing is counted twice', async () => {
  const ids = Array.from({ length: 60 }, (_, n) => at(`id ${n}`, 100 + n))
  const [even, odd] = [0, 1].map(rest => partitionWith([ids.filter((_, n) => n % 2 === rest)]))
  const live = [await even?.read(), await odd?.read()].filter(each => each !== undefined)
  const accounts = live.map(({ totals, nextOffset = 0 }) => ({ totals, nextOffset }))
  const clocks = lowestClocks(live.map(each => each.clocks))
  const all = live.flatMap(each => each.ids)
  const moved = createRedistribution(seen('message'), 'reject')
  for (const id of all) moved.add(id)
  equal(moved.count, 60)
  const records = moved.records(accounts, clocks, [7, 7, 0, 0, 0])
  deepEqual(
    records.map(({ partition }) => partition),
    [0, 1, 2, 3, 4],
  )

  const states = records.map(({ value }): State => {
    const state = createState(windows)
    applyBlock(state, seenBlockCodec.decode(value), 0)
    return state
  })
  for (const [partition, state] of states.entries()) {
    deepEqual(state.totals, (accounts[partition] ?? noAccount).totals)
    equal(state.nextOffset, (accounts[partition] ?? noAccount).nextOffset)
    deepEqual(state.clocks, { event: 158, append: 158 })
    for (const { key, known } of all) {
      const here = partitionOfKey(key, 5) === partition ? known : undefined
      deepEqual(state.seen.find(state.fingerprintOf('acme', 'message', key)), here, `${key} in ${partition}`)
    }
  }
})

/** Accepts these, moves them into one partition, and says what is known there. */
async function movedFrom(batches: readonly Arrival[][], variants: 'reject' | 'forward') {
  const { read, ledger } = partitionWith(batches, variants)
  const { ids, totals, nextOffset = 0, clocks } = await read()
  const moved = createRedistribution({ ...seen('message'), partitions: 1 }, variants)
  for (const id of ids) moved.add(id)
  const [record] = moved.records([{ totals, nextOffset }], clocks, [2])
  const after = createState(windows)
  applyBlock(after, seenBlockCodec.decode(record?.value ?? Buffer.alloc(0)), 0)
  const find = (state: State, bytes: Buffer) => state.seen.find(state.fingerprintOf('acme', 'message', bytes))
  return {
    before: (bytes: Buffer) => find(ledger.state, bytes),
    after: (bytes: Buffer) => find(after, bytes),
  }
}

for (const [name, variants, again] of [
  ['an id that was accepted again behind the live window', 'reject', at('a', 250)],
  ['the same, where variants are published', 'forward', { ...at('a', 250), eventTime: 100 }],
  ['an id that was accepted with another time', 'forward', { ...at('a', 120), eventTime: 90 }],
] as const) {
  test(`${name} is known as before`, async () => {
    const { before, after } = await movedFrom([[at('a', 100)], [at('b', 200)], [again]], variants)
    const places = [Buffer.from('a'), withTime('a', 100), withTime('a', 90), withTime('a', 250)]
    deepEqual(places.map(after), places.map(before))
    equal(places.filter(place => before(place) !== undefined).length, again.eventTime === 90 ? 2 : 1)
  })
}

test('many ids take several blocks by their times, of which the later ones lead back to the first', () => {
  const moved = createRedistribution({ ...seen('message'), partitions: 1 }, 'reject')
  for (let n = 0; n < 200_001; n++) {
    const time = (n * 7) % 1_000
    const known = { eventTime: time, appendTime: time }
    moved.add({ cluster: 'c', service: 'message', key: Buffer.from(`id ${n}`), known })
  }
  const blocks = moved
    .records([], { event: 1, append: 1 }, [40])
    .map(({ value }) => seenBlockCodec.decode(value ?? Buffer.alloc(0)))
  deepEqual(
    blocks.map(({ oldest_block, ids }) => [oldest_block, ids.length / 24]),
    [
      [-1, 100_000],
      [40, 100_000],
      [40, 1],
    ],
  )
  deepEqual(
    blocks.map((block, n) => movesIds(blocks[n - 1], block, n > 0)),
    [true, true, true],
  )
})

test('the lowest clocks are those of partitions that have begun', () => {
  const never = { event: Number.NEGATIVE_INFINITY, append: Number.NEGATIVE_INFINITY }
  deepEqual(lowestClocks([never, { event: 3, append: 9 }, { event: 5, append: 7 }]), {
    event: 3,
    append: 7,
  })
  deepEqual(lowestClocks([never]), never)
})
