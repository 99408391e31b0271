import assert from 'node:assert/strict'
import test from 'node:test'
import { archiveEnd, archiveRange, firstSlotAt, liveStart } from './position.ts'

const hour = 3_600_000
const now = Date.UTC(2026, 2, 3, 12, 20)
const iso = (ms: number) => new Date(ms).toISOString()
const at = (hours: number, minutes = 0) => Date.UTC(2026, 2, 3, hours, minutes)

for (const [name, since, to, expected] of [
  ['no time parameters mean live mode', null, null, undefined],
  ['sinceTime goes down to its hour', iso(at(9, 59)), null, { since: at(9), to: undefined }],
  ['toTime goes up to its hour', iso(at(9)), iso(at(10, 1)), { since: at(9), to: at(11) }],
  ['whole hours stay', iso(at(9)), iso(at(10)), { since: at(9), to: at(10) }],
  ['a future window is empty, not wrong', iso(at(15)), null, { since: at(15), to: undefined }],
] as const) {
  test(name, () => assert.deepEqual(archiveRange(since, to, now), expected))
}

for (const [since, to, problem] of [
  [null, iso(at(9)), /without sinceTime/],
  ['now', null, /sinceTime "now" is not a time/],
  [iso(at(9)), 'later', /toTime "later" is not a time/],
  [iso(now - 30 * 24 * hour - 1), null, /more than 30 days ago/],
  [iso(at(9)), iso(at(8)), /before sinceTime/],
] as const) {
  test(`since ${since} to ${to} is refused: ${problem}`, () => {
    const answer = archiveRange(since, to, now)
    assert.ok(answer && 'problem' in answer)
    assert.match(answer.problem, problem)
  })
}

test('thirty days back to the millisecond is still served', () => {
  assert.deepEqual(archiveRange(iso(now - 30 * 24 * hour), null, now), {
    since: now - 30 * 24 * hour - hour / 3,
    to: undefined,
  })
})

test('the archive ends half an hour before now or at toTime, whichever is earlier', () => {
  assert.equal(archiveEnd({ since: at(9), to: undefined }, now), at(11, 50))
  assert.equal(archiveEnd({ since: at(9), to: at(12) }, now), at(11, 50))
  assert.equal(archiveEnd({ since: at(9), to: at(10) }, now), at(10))
})

/** A source of one event a minute from nine o'clock to noon. */
const minutes = { length: 180, timeOf: (slot: number) => at(9, slot) }

test('the first slot at a time is found, before, inside and after the stream', () => {
  for (const [time, slot] of [
    [at(8), 0],
    [at(9), 0],
    [at(9) + 1, 1],
    [at(10), 60],
    [at(13), 180],
  ] as const) {
    assert.equal(firstSlotAt(minutes, time), slot)
  }
})

for (const [name, position, leftAt, expected] of [
  ['a first session begins at the start of the stream', 0, undefined, 0],
  ['after a minute the stream goes on where it was left', 5, now - 60_000, 5],
  ['after exactly an hour too', 5, now - hour, 5],
  ['after more than an hour only the last hour comes', 5, now - hour - 1, 140],
  ['nothing comes twice even so', 170, now - hour - 1, 170],
] as const) {
  test(name, () => assert.equal(liveStart(minutes, position, leftAt, now), expected))
}
