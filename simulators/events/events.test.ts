import assert from 'node:assert/strict'
import test from 'node:test'
import { createEvents, type EventType, eventTypes } from './events.ts'

const at = Date.UTC(2026, 2, 3, 10, 0, 0)

/** Counts how many of the first 2,000 events of a type satisfy the predicate. */
function countOf(
  type: EventType,
  events: ReturnType<typeof createEvents>,
  holds: (bytes: Buffer) => boolean,
) {
  let count = 0
  for (let index = 0; index < 2000; index++) if (holds(events.event(type, index, at + index))) count++
  return count
}

for (const [type, least, most] of [
  ['message', 1400, 6500],
  ['maillog', 600, 1000],
  ['audit', 600, 850],
] as const) {
  test(`${type} events are between ${least} and ${most} bytes long`, () => {
    assert.equal(
      countOf(type, createEvents(1), bytes => bytes.length >= least && bytes.length <= most),
      2000,
    )
  })
}

for (const [type, field, shape] of [
  ['message', 'guid', /^[A-Za-z0-9_-]{32}$/],
  ['maillog', 'id', /^[A-Za-z0-9+/]{22}$/],
  ['audit', 'guid', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/],
] as const) {
  test(`every ${type} event is a JSON object with its own id and a time to the microsecond`, () => {
    const ids = new Set<string>()
    for (let index = 0; index < 2000; index++) {
      const event: Record<string, string> = JSON.parse(createEvents(1).event(type, index, at).toString())
      assert.match(event[field] ?? '', shape)
      assert.match(event.ts ?? '', /^2026-03-03T\d\d:00:00\.000\d{3}[+-]\d{4}$/)
      ids.add(event[field] ?? '')
    }
    assert.equal(ids.size, 2000)
  })

  test(`a ${type} event without id has lost only that field`, () => {
    const event: Record<string, unknown> = JSON.parse(createEvents(1).withoutId(type, 3, at).toString())
    assert.equal(event[field], undefined)
    assert.equal(typeof event.ts, 'string')
  })
}

test('the same seed gives the same bytes, another seed gives others', () => {
  for (const type of eventTypes) {
    assert.deepEqual(createEvents(5).event(type, 9, at), createEvents(5).event(type, 9, at))
    assert.notDeepEqual(createEvents(5).event(type, 9, at), createEvents(6).event(type, 9, at))
  }
})

test('some events cannot be parsed and written anew without a change of bytes', () => {
  const changed = (bytes: Buffer) =>
    JSON.stringify(JSON.parse(bytes.toString())) !== bytes.toString().trimEnd()
  assert.ok(countOf('message', createEvents(1), changed) > 50)
})

test('some events hold bytes outside ASCII and all are valid UTF-8', () => {
  const foreign = (bytes: Buffer) => {
    assert.ok(Buffer.from(bytes.toString()).equals(bytes))
    return bytes.length !== bytes.toString().length
  }
  assert.ok(countOf('message', createEvents(1), foreign) > 50)
})

test('the switches bring line feeds, long messages and messages over a megabyte', () => {
  const endsWithLineFeed = (bytes: Buffer) => bytes.at(-1) === 10
  assert.equal(countOf('maillog', createEvents(1, { maillogNewline: 1 }), endsWithLineFeed), 2000)
  assert.equal(countOf('maillog', createEvents(1, { maillogNewline: 0 }), endsWithLineFeed), 0)
  assert.equal(
    countOf('audit', createEvents(1, { multiline: 1 }), bytes => bytes.includes('\n  ')),
    2000,
  )
  const heavy = countOf('message', createEvents(1, { heavyTail: 0.02 }), bytes => bytes.length > 30_000)
  assert.ok(heavy > 15 && heavy < 80, `${heavy} of 2000`)
  const oversize = createEvents(1, { oversize: 1 }).event('message', 0, at)
  assert.ok(oversize.length > 1_100_000)
  assert.equal(typeof JSON.parse(oversize.toString()).guid, 'string')
})
