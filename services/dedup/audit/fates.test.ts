import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { createFingerprints } from '@podpipe/schemas/id-fingerprint.ts'
import { type Event, type Mode, rawFrameCodec } from '@podpipe/schemas/records.ts'
import { packSeenIds } from '@podpipe/schemas/seen-ids.ts'
import type { Clocks } from '../window.ts'
import { begin, createMemory, expire, type Fate, fateFault, type Memory, move } from './fates.ts'

const minute = 60_000
const hour = 60 * minute
const windows = { live: hour, archive: 3 * hour }

/** A raw record and what became of it. */
interface Row {
  id?: string
  /** Append time in ms. */
  at: number
  /** The event's own time; its append time where left out. */
  time?: number | null
  mode?: Mode
  bytes?: string
  unreadable?: true
  fate: 'unique' | 'rejected' | 'neither' | 'both'
  /** What the event in unique bears instead. */
  altered?: Partial<Event> & { key?: string }
  /** There is no raw record. */
  gone?: true
}

function fateOf(
  { id = 'a', at, time = at, mode = 'live', bytes = '{}', unreadable, fate, altered = {}, gone }: Row,
  offset: number,
): Fate {
  const { key = id, ...values } = altered
  const frame = {
    topic: 'raw',
    partition: 0,
    offset,
    timestamp: at,
    key: Buffer.from(id),
    value: rawFrameCodec.encode({
      cluster: 'acme',
      service: 'message',
      connection: 'x',
      sequence: offset,
      received_at: at,
      mode,
      identity: unreadable ? 'unreadable' : 'event_id',
      event_time: time,
      frame: Buffer.from(bytes),
    }),
  }
  const value: Event = {
    cluster: 'acme',
    service: 'message',
    id,
    event_time: time,
    received_at: at,
    raw_partition: 0,
    raw_offset: offset,
    payload: Buffer.from(bytes),
    ...values,
  }
  return {
    offset,
    frame: gone ? undefined : frame,
    event: fate === 'unique' || fate === 'both' ? { key, value } : undefined,
    isRejected: fate === 'rejected' || fate === 'both',
  }
}

/** Walks over the rows and returns the first fault. */
function walk(rows: readonly Row[], more: { memory?: Memory; since?: Clocks; isWhole?: boolean } = {}) {
  const { memory = createMemory(windows, 'reject'), since, isWhole = true } = more
  begin(memory, since)
  for (const [offset, row] of rows.entries()) {
    const fault = fateFault(fateOf(row, offset), isWhole, memory, rawFrameCodec)
    if (fault !== undefined) return `expected ${fault.expected}; found ${fault.found}`
    expire(memory)
  }
  return undefined
}

const first: Row = { at: 0, fate: 'unique' }
const copy = (at: number, more: Partial<Row> = {}): Row => ({ at, time: 0, fate: 'neither', ...more })
const other = (at: number): Row => ({ id: 'b', at, fate: 'unique' })

for (const [name, rows, fault] of [
  ['an event and its copy', [first, copy(1)], undefined],
  ['a reject', [{ at: 0, fate: 'rejected', unreadable: true }], undefined],
  ['a variant that was rejected', [first, copy(1, { time: 5, fate: 'rejected' })], undefined],
  ['a new event one window later', [first, other(hour), copy(hour, { fate: 'unique' })], undefined],
  [
    'the same within the window',
    [first, other(1), copy(hour - 1, { fate: 'unique' })],
    /no event "a" within/,
  ],
  ['while the event clock stands still', [first, copy(9 * hour, { fate: 'unique' })], /no event "a" within/],
  ['with another time within the window', [first, copy(1, { time: 1, fate: 'unique' })], /no event "a"/],
  [
    'from the archive 90 minutes later',
    [first, other(90 * minute), copy(90 * minute, { mode: 'archive', fate: 'unique' })],
    /no event "a" within/,
  ],
  ['dropped without a first copy', [copy(0)], /raw offset 0 in unique or in rejected.*in neither/],
  ['dropped after the window', [first, other(hour), copy(hour)], /raw offset 2 in unique or in rejected/],
  [
    'dropped from the archive after 90 minutes',
    [first, other(90 * minute), copy(90 * minute, { mode: 'archive' })],
    undefined,
  ],
  ['a variant dropped', [first, copy(1, { time: 5 })], /raw offset 1 in unique or in rejected/],
  ['what cannot be read, dropped', [{ at: 0, fate: 'neither', unreadable: true }], /it cannot be read/],
  ['what cannot be read, published', [{ at: 0, fate: 'unique', unreadable: true }], /no event of a record/],
  ['two fates', [{ at: 0, fate: 'both' }], /one fate a record/],
  ['an event of no raw record', [{ at: 0, fate: 'unique', gone: true }], /it names raw offset 0/],
  [
    'a byte changed',
    [{ ...first, altered: { payload: Buffer.from('{]') } }],
    /2 bytes of raw offset 0.*from byte 1 on/,
  ],
  [
    'bytes cut off',
    [{ ...first, altered: { payload: Buffer.from('{') } }],
    /1 bytes that differ from byte 1 on/,
  ],
  ['another key', [{ ...first, altered: { key: 'x' } }], /the key of raw offset 0, "a"; found "x"/],
  ['another id', [{ ...first, altered: { id: 'x' } }], /the id of raw offset 0/],
  ['another cluster', [{ ...first, altered: { cluster: 'x' } }], /the cluster of raw offset 0/],
  ['another time', [{ ...first, altered: { event_time: 9 } }], /the event_time of raw offset 0, 0; found 9/],
] satisfies [string, Row[], RegExp | undefined][]) {
  test(`${name}: ${fault === undefined ? 'closes' : 'does not close'}`, () => {
    const found = walk(rows)
    if (fault === undefined) equal(found, undefined)
    else match(found ?? 'closes', fault)
  })
}

test('where variants are published too, an event is known by id and time', () => {
  const rows: Row[] = [first, copy(1, { time: 1, fate: 'unique' }), copy(2), copy(3, { time: 1 })]
  equal(walk(rows, { memory: createMemory(windows, 'forward') }), undefined)
  const twice: Row[] = [...rows.slice(0, 2), copy(2, { fate: 'unique' })]
  match(walk(twice, { memory: createMemory(windows, 'forward') }) ?? '', /no event "a" within/)
})

test('copies with other bytes are counted and listed, ten at most', () => {
  const memory = createMemory(windows, 'reject')
  const copies = Array.from({ length: 12 }, (_, index) => copy(index + 1, { bytes: `{"n":${index}}` }))
  equal(walk([first, ...copies, copy(20)], { memory }), undefined)
  deepEqual([memory.found.copies, memory.found.otherBytes, memory.found.examples.length], [13, 12, 10])
  deepEqual(memory.found.examples[0], { cluster: 'acme', id: 'a', offset: 1 })
})

for (const [name, since, at, isWhole, expected] of [
  ['may be older than what is left', { event: 0, append: 0 }, hour - 1, true, 1],
  ['cannot be, behind the window', { event: 0, append: 0 }, hour, true, undefined],
  ['may be, while the event clock stands still', { event: 5, append: 5 }, 9 * hour, true, 1],
  ['may be a reject that was deleted', { event: 0, append: 0 }, hour, false, 1],
] as const) {
  test(`a first copy that is not there ${name}`, () => {
    const memory = createMemory(windows, 'reject')
    const time = since.event === 5 ? 5 : at
    const fault = walk([{ at, time, fate: 'neither' }], { memory, since, isWhole })
    if (expected === undefined) match(fault ?? 'closes', /in neither/)
    else deepEqual([fault, memory.found.unprovable], [undefined, expected])
  })
}

test('the memory holds what the longest window reaches, and no more', () => {
  const memory = createMemory(windows, 'reject')
  const rows = Array.from({ length: 100 }, (_, index) => ({
    id: `${index}`,
    at: index * 6 * minute,
    fate: 'unique' as const,
  }))
  equal(walk(rows, { memory }), undefined)
  equal(memory.accepted.size, 30)
})

/** A block that moves ids here, accepted at these times. */
function moveOf(ids: readonly (readonly [id: string, time: number])[], clock: number) {
  const key = Buffer.alloc(16, 7)
  const fingerprintOf = createFingerprints(key)
  return {
    ...{ next_offset: 0, oldest_block: -1, event_clock: clock, append_clock: clock, key },
    ...{ decided: 0, unique: 0, duplicate: 0, rejected: 0 },
    ids: packSeenIds(
      ids.map(([id, time]) => ({
        fingerprint: fingerprintOf('acme', 'message', Buffer.from(id)),
        eventTime: time,
        appendTime: time,
      })),
    ),
  }
}

for (const [name, row, fault] of [
  ['a copy of one that was moved here', copy(hour), undefined],
  ['the same, published', copy(hour, { fate: 'unique' }), /no event "a" within/],
  ['the same, behind its window', copy(hour + 10, { time: hour + 10, fate: 'unique' }), undefined],
  ['a copy of one that came with a later block', { ...copy(hour), id: 'c', time: 9 }, undefined],
  ['a copy of one that was not moved here', { ...copy(hour), id: 'b' }, /in neither/],
  ['the same, published', { ...copy(hour), id: 'b', fate: 'unique' }, undefined],
] satisfies [string, Row, RegExp | undefined][]) {
  test(`partitions were added, and then came ${name}: ${fault === undefined ? 'closes' : 'does not close'}`, () => {
    const memory = createMemory(windows, 'reject')
    equal(walk([first, other(0)], { memory }), undefined)
    move(memory, moveOf([['a', 0]], 9), false)
    move(memory, moveOf([['c', 9]], 9), true)
    const found = fateFault(fateOf(row, 5), true, memory, rawFrameCodec)
    if (fault === undefined) equal(found, undefined)
    else match(`expected ${found?.expected}; found ${found?.found}`, fault)
  })
}
