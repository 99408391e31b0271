// Deciding again from the middle: at whatever offset, the decisions are those that were made the first time, or
// it is said that they may not be.

import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { test } from 'node:test'
import type { RangeReader } from '@podpipe/runtime/kafka/read/fetcher.ts'
import type { KafkaRecord } from '@podpipe/runtime/kafka/read/record.ts'
import type { Outcome } from '@podpipe/runtime/outcome.ts'
import { wholeBelow } from '@podpipe/runtime/test-random.ts'
import { rawFrameCodec, seenBlockCodec } from '@podpipe/schemas/records.ts'
import type { Accepted } from '../decide.ts'
import type { Windows } from '../state.ts'
import { createLedger, rawRecord } from '../test-ledger.ts'
import { readerOf, type TestPartition } from '../test-partitions.ts'
import { exactSince, type RawAndLedger, recoverAt, startingPoint } from './as-of.ts'
import { decideAgain } from './decide-again.ts'

const windows: Windows = { live: 100, archive: 250 }
const places: RawAndLedger = {
  raw: { topic: 'raw', partition: 0 },
  seen: { topic: 'seen', partition: 0, codec: seenBlockCodec },
}

const fateOf = (outcome: Outcome<Accepted>): string =>
  outcome.kind === 'forward' ? 'unique' : outcome.reason

/** A partition that has been decided, with copies, variants, junk, outages and archive frames, and how. */
function decided(random: (below: number) => number, length: number) {
  const ledger = createLedger(windows, () => 1 + random(3))
  const raw: TestPartition = { start: 0, end: length, records: [] }
  const seen: TestPartition = { start: 0, end: 0, records: [] }
  const fates: string[] = []
  let now = 1_000
  for (let at = 0; at < length; ) {
    const arrivals = Array.from({ length: Math.min(length - at, 1 + random(20)) }, () => {
      now += random(20) === 0 ? random(300) : random(6)
      const eventTime = random(3) === 0 ? now - random(400) : now - (now % 200)
      const mode = random(4) === 0 ? ('archive' as const) : ('live' as const)
      return { id: `id ${random(40)}`, eventTime, appendTime: now, mode, unreadable: random(30) === 0 }
    })
    for (const arrival of arrivals) raw.records.push(rawRecord(arrival, raw.records.length))
    for (const { outcome } of ledger.commit(arrivals).decided) fates.push(fateOf(outcome))
    const last = ledger.blocks.at(-1)
    if (last !== undefined)
      seen.records.push(blockRecord(last.offset, now, seenBlockCodec.encode(last.block)))
    at += arrivals.length
  }
  seen.end = (seen.records.at(-1)?.offset ?? 0) + 2
  return { raw, seen, fates, reader: readerOf({ raw, seen }) }
}

const blockRecord = (offset: number, timestamp: number, value: Buffer): KafkaRecord => ({
  topic: 'seen',
  partition: 0,
  offset,
  timestamp,
  key: null,
  value,
})

async function again(reader: RangeReader, from: number, to: number): Promise<string[]> {
  const start = await startingPoint(reader, places, from)
  const state = await recoverAt(reader, places, start, windows)
  const fates: string[] = []
  const source = { ...places.raw, codec: rawFrameCodec }
  for await (const batch of decideAgain(reader, source, state, start.from, to)) {
    for (const { record, outcome } of batch.decided) {
      if (record.offset >= from) fates.push(fateOf(outcome))
    }
  }
  return fates
}

test('from every offset on, the decisions are those of the first time', async t => {
  const seed = Number(process.env.SEED ?? randomInt(2 ** 31))
  t.diagnostic(`seed ${seed}; SEED=${seed} repeats it`)
  const { reader, fates } = decided(wholeBelow(seed), 500)
  // A schedule in which nothing ever happens would prove nothing.
  equal(new Set(fates).size, 4)
  for (let from = 0; from <= 500; from++) {
    const start = await startingPoint(reader, places, from)
    equal(start.doubt, undefined)
    ok(start.from <= from && from - start.from < 20, `${start.from} for ${from}`)
    const to = Math.min(500, from + 150)
    deepEqual(await again(reader, from, to), fates.slice(from, to), `from ${from}`)
  }
})

test('without the ledger of before, copies would be taken for new', async () => {
  const { raw, seen, fates } = decided(wholeBelow(1), 500)
  const forgetful = readerOf({ raw, seen: { ...seen, end: 0 } })
  const all = await again(readerOf({ raw: { ...raw, start: 250 }, seen: { ...seen, end: 0 } }), 250, 500)
  ok(all.filter(fate => fate === 'unique').length > fates.slice(250).filter(fate => fate === 'unique').length)
  // From the beginning nothing was known, so nothing is missing.
  deepEqual(await again(forgetful, 0, 500), fates)
})

test('a ledger or a raw topic that has lost what is needed is said, and from when on nothing is missing', async t => {
  const seed = Number(process.env.SEED ?? randomInt(2 ** 31))
  t.diagnostic(`seed ${seed}; SEED=${seed} repeats it`)
  const { raw, seen, fates, reader } = decided(wholeBelow(seed), 500)
  for (const lose of ['seen', 'raw'] as const) {
    const whole = { raw: { ...raw }, seen: { ...seen } }
    whole[lose].start = Math.floor(whole[lose].end / 2) + 1
    const { start } = whole[lose]
    const cut = readerOf({
      ...whole,
      [lose]: { ...whole[lose], records: whole[lose].records.filter(({ offset }) => offset >= start) },
    })
    const since = await exactSince(cut, places)
    const from = raw.records.findIndex(({ timestamp }) => timestamp >= (since ?? Number.POSITIVE_INFINITY))
    ok(from > 0, `${lose} ${since}`)
    equal((await startingPoint(cut, places, from)).doubt, undefined)
    deepEqual(await again(cut, from, 500), fates.slice(from))
    if (lose === 'seen') match((await startingPoint(cut, places, 100)).doubt ?? '', /seen.*begins at/)
    else equal((await startingPoint(cut, places, start)).isCut, true)
  }
  equal(await exactSince(readerOf({ raw, seen: { start: 9, end: 9, records: [] } }), places), undefined)
  equal((await startingPoint(reader, places, 0)).isCut, false)
})

test('raw that begins behind a block, and not at one, cannot be decided as the first time', async () => {
  const { raw, seen } = decided(wholeBelow(2), 500)
  const ends = seen.records.map(({ value }) => seenBlockCodec.decode(value ?? Buffer.alloc(0)).next_offset)
  for (let start = 200; start < 260; start++) {
    const cut = readerOf({ raw: { ...raw, start }, seen })
    const { doubt } = await startingPoint(cut, places, start)
    if (ends.includes(start)) equal(doubt, undefined)
    else match(doubt ?? '', /raw has lost its records from \d+ to \d+/)
  }
})
