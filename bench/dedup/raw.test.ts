import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { idsAmong, rawRecords } from './raw.ts'

test('every tenth record is a copy of one before it, byte for byte, and all others have ids of their own', () => {
  const records = [...rawRecords(3_000, 1_700_000_000_000)]
  const firsts = new Map<string, Buffer>()
  let copies = 0
  for (const [at, { key, frame }] of records.entries()) {
    const first = firsts.get(key)
    equal(first !== undefined, at % 10 === 9, `record ${at}`)
    if (first === undefined) firsts.set(key, frame.frame)
    else {
      copies++
      ok(first.equals(frame.frame), `record ${at}`)
    }
  }
  equal(firsts.size, idsAmong(3_000))
  equal(copies, 300)
})

test('a record is one of ingest: the id is found in the event, and so is its time', () => {
  const [record] = rawRecords(1, 1_700_000_000_000)
  const { guid } = JSON.parse(record?.frame.frame.toString() ?? '{}')
  equal(record?.key, guid)
  const { identity, mode, sequence, event_time } = record?.frame ?? {}
  deepEqual([identity, mode, sequence], ['event_id', 'live', 0])
  ok(Math.abs((event_time ?? 0) - 1_700_000_000_000) < 1_000, `${event_time}`)
})
