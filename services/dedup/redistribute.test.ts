// Ledgers for another number of partitions: what the tasks know afterwards is what they knew before, elsewhere.

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { partitionOfKey } from '@podpipe/runtime/kafka/key-partitioner.ts'
import { eventCodec, seenBlockCodec } from '@podpipe/schemas/records.ts'
import { topicsOf } from '@podpipe/schemas/topics.ts'
import { withTime } from './decide.ts'
import { liveIdsOf } from './live-ids.ts'
import { lowestClocks, redistribute } from './redistribute.ts'
import { applyBlock, createState, type State, type Windows } from './state.ts'
import { type Arrival, createLedger } from './test-ledger.ts'
import { readerOf, type TestPartition } from './test-partitions.ts'

const windows: Windows = { live: 100, archive: 300 }
const { seen } = topicsOf({ prefix: 'pod', partitions: 5, services: ['message'] })
const noAccount = { totals: { decided: 0, unique: 0, duplicate: 0, rejected: 0 }, nextOffset: 0 }

const at = (id: string, time: number): Arrival => ({ id, eventTime: time, appendTime: time, mode: 'live' })

/** A partition in which these batches have been decided, and how to read it. */
function partitionWith(batches: readonly Arrival[][]) {
  const ledger = createLedger(windows)
  const unique: TestPartition = { start: 0, end: 0, records: [] }
  for (const batch of batches) {
    for (const { record, outcome } of ledger.commit(batch).decided) {
      if (outcome.kind !== 'forward') continue
      const { timestamp } = record
      const [key, value] = [Buffer.from(outcome.value.event.id), eventCodec.encode(outcome.value.event)]
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
    read: () => liveIdsOf(readerOf({ seen: ledgerPartition, unique }), places, windows),
  }
}

const idsOf = (ids: readonly { key: Buffer }[]): string[] => ids.map(({ key }) => key.toString())

test('the live ids are those of unique that a window has not passed, with what the ledger remembers', async () => {
  const { read, ledger } = partitionWith([
    [at('old', 0)],
    [at('a', 290), at('b', 295), { ...at('a', 290), appendTime: 296 }],
    [{ ...at('late', 20), appendTime: 400 }, { ...at('x', 401), unreadable: true }, at('c', 410)],
  ])
  const { ids, state, doubt } = await read()
  equal(doubt, undefined)
  deepEqual(idsOf(ids), ['a', 'b', 'late', 'c'])
  deepEqual(
    ids.map(({ key }) => ledger.state.seen.find(ledger.state.fingerprintOf('acme', 'message', key))),
    ids.map(({ accepted }) => accepted.known),
  )
  deepEqual(state.totals, { decided: 7, unique: 5, duplicate: 1, rejected: 1 })
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
  const accounts = live.map(({ state }) => ({ totals: state.totals, nextOffset: state.nextOffset ?? 0 }))
  const clocks = lowestClocks(live.map(({ state }) => state))
  const all = live.flatMap(each => each.ids)
  const records = redistribute(seen('message'), accounts, all, clocks, [7, 7, 0, 0, 0])
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
    for (const { key, accepted } of all) {
      const known = partitionOfKey(key, 5) === partition ? accepted.known : undefined
      deepEqual(state.seen.find(state.fingerprintOf('acme', 'message', key)), known, `${key} in ${partition}`)
    }
  }
})

test('several times of an id stay known beside each other', async () => {
  const { read } = partitionWith([[at('a', 100)]])
  const { ids, state } = await read()
  const again = ids.map(id => ({
    ...id,
    accepted: { ...id.accepted, known: { eventTime: 90, appendTime: 120 } },
  }))
  const accounts = [{ totals: state.totals, nextOffset: 1 }]
  const of = { ...seen('message'), partitions: 1 }
  const [record] = redistribute(of, accounts, [...ids, ...again], state.clocks, [2])
  const after = createState(windows)
  applyBlock(after, seenBlockCodec.decode(record?.value ?? Buffer.alloc(0)), 0)
  const find = (bytes: Buffer) => after.seen.find(after.fingerprintOf('acme', 'message', bytes))
  deepEqual(find(Buffer.from('a')), { eventTime: 100, appendTime: 100 })
  deepEqual(find(withTime('a', 90)), { eventTime: 90, appendTime: 120 })
})

test('many ids take several blocks, of which the later ones lead back to the first', () => {
  const id = {
    key: Buffer.from('a'),
    record: { topic: 'unique', partition: 0, offset: 0, timestamp: 1, key: Buffer.from('a'), value: null },
    accepted: {
      fingerprint: { place: 0, first: 0, second: 0, third: 0 },
      isVariant: false,
      known: { eventTime: 1, appendTime: 1 },
      mode: 'live' as const,
      event: {
        ...{ cluster: 'c', service: 'message', id: 'a', event_time: 1, received_at: 1 },
        ...{ raw_partition: 0, raw_offset: 0, payload: Buffer.alloc(0) },
      },
    },
  }
  const ids = new Array(200_001).fill(id)
  const records = redistribute({ ...seen('message'), partitions: 1 }, [], ids, { event: 1, append: 1 }, [40])
  deepEqual(
    records.map(({ value }) => seenBlockCodec.decode(value).oldest_block),
    [-1, 40, 40],
  )
})

test('the lowest clocks are those of partitions that have begun', () => {
  const never = { clocks: { event: Number.NEGATIVE_INFINITY, append: Number.NEGATIVE_INFINITY } }
  deepEqual(lowestClocks([never, { clocks: { event: 3, append: 9 } }, { clocks: { event: 5, append: 7 } }]), {
    event: 3,
    append: 7,
  })
  deepEqual(lowestClocks([never]), never.clocks)
})
