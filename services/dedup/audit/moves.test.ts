import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { createFingerprints } from '@podpipe/schemas/id-fingerprint.ts'
import { rawFrameCodec, type SeenBlock } from '@podpipe/schemas/records.ts'
import { packSeenIds } from '@podpipe/schemas/seen-ids.ts'
import { withTime } from '../decide.ts'
import { rawRecord } from '../test-ledger.ts'
import { findMoved, movesIds, withMoved } from './moves.ts'

const [oldKey, newKey] = [Buffer.alloc(16, 1), Buffer.alloc(16, 2)]

/** A block that ends at `next_offset`, with ids that came at these times. */
function block(
  next_offset: number,
  key: Buffer,
  times: readonly number[],
  more: Partial<SeenBlock> = {},
): SeenBlock {
  const fingerprintOf = createFingerprints(key)
  return {
    next_offset,
    oldest_block: -1,
    event_clock: null,
    append_clock: null,
    decided: next_offset,
    unique: next_offset,
    duplicate: 0,
    rejected: 0,
    ids: packSeenIds(
      times.map(time => ({
        fingerprint: fingerprintOf('acme', 'message', Buffer.from(`id ${time}`)),
        eventTime: time,
        appendTime: time,
      })),
    ),
    key,
    ...more,
  }
}

const decided = block(10, oldKey, [1, 2])
const moved = block(10, newKey, [1, 2])
const further = block(10, newKey, [2, 5], { oldest_block: 7 })

for (const [name, before, next, goesOn, expected] of [
  ['one under a new key that decides nothing', decided, moved, false, true],
  ['one without ids, in a partition whose ids all went', decided, block(10, newKey, []), false, true],
  ['the first one of a partition that was added', undefined, block(0, newKey, [1]), false, true],
  ['one with later ids behind it', moved, further, true, true],
  ['the first one of dedup', undefined, block(3, newKey, [1]), false, false],
  ['one of dedup', decided, block(11, oldKey, [3]), false, false],
  ['one of dedup behind the move', further, block(11, newKey, [9]), true, false],
  ['a second copy of one of dedup', decided, decided, false, false],
  ['the same of one without ids', block(10, oldKey, []), block(10, oldKey, []), false, false],
  ['further ids behind a block of dedup', block(10, newKey, [1]), further, false, false],
  ['a second copy of the move', moved, moved, true, false],
  ['the same with all ids of one time', block(10, newKey, [4, 4]), block(10, newKey, [4, 4]), true, false],
  ['a second copy of an earlier block of the move', further, moved, true, false],
  ['one under a new key that counts', decided, { ...moved, decided: 11, duplicate: 1 }, false, false],
  ['one under a new key that skips raw records', decided, { ...moved, next_offset: 11 }, false, false],
] satisfies [string, SeenBlock | undefined, SeenBlock, boolean, boolean][]) {
  test(`${name}: ${expected ? 'moves ids' : 'moves none'}`, () =>
    equal(movesIds(before, next, goesOn), expected))
}

test('moved ids are found by id and by id and time, under the key of their blocks', () => {
  const fingerprint = createFingerprints(newKey)('acme', 'message', withTime('id 1', 30))
  const ofTime = packSeenIds([{ fingerprint, eventTime: 30, appendTime: 40 }])
  const all = withMoved(withMoved(undefined, moved), { ...further, ids: ofTime })
  const find = (id: string, time: number) => {
    const record = rawRecord({ id, eventTime: time, appendTime: time, mode: 'live' }, 0)
    return findMoved(all, record, rawFrameCodec.decode(record.value ?? Buffer.alloc(0)), time)
  }
  const [one, other] = [
    { eventTime: 1, appendTime: 1 },
    { eventTime: 30, appendTime: 40 },
  ]
  deepEqual(find('id 1', 1), [one])
  deepEqual(find('id 1', 30), [one, other])
  deepEqual(find('id 3', 3), [])
})
