import { deepEqual, equal, notEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigurationError } from '@podpipe/runtime/errors.ts'
import { digestOf, nameOf, rangeOf, requireName } from './range.ts'

const now = Date.UTC(2024, 4, 23)
const ten = Date.UTC(2024, 4, 22, 10)

for (const [name, from, to, expected] of [
  ['no time', 'soon', '2024-05-22T10:00:00Z', /--from soon: is no date and time/],
  ['a day that is none', '2024-05-22T10:00:00Z', '2024-02-30T10:00:00Z', /--to 2024-02-30.*no date/],
  ['the future', '2024-05-22T10:00:00Z', '2024-05-23T00:00:01Z', /--to .*in the future \(it is 2024-05-23T/],
  ['an empty range', String(ten), '2024-05-22T10:00:00Z', /does not lie before/],
  ['a range that goes back', '2024-05-22T11:00:00Z', '2024-05-22T10:00:00Z', /does not lie before/],
] as const) {
  test(`${name} is refused with what to do`, () => {
    throws(() => rangeOf(from, to, now), ConfigurationError)
    throws(() => rangeOf(from, to, now), expected)
  })
}

test('a range is read by the forms that every command takes', () =>
  deepEqual(rangeOf('-1d', 'now', now), { from: now - 86_400_000, to: now }))

test('a replay without a name is called by its range, and by its service if it has one', () => {
  equal(nameOf({ from: ten, to: ten + 3_600_000 }), '20240522T100000Z-20240522T110000Z')
  equal(nameOf({ from: ten, to: ten + 1 }, 'audit'), '20240522T100000Z-20240522T100000-001Z-audit')
})

test('a name is a part of a topic name, and never a whole path of one', () => {
  equal(requireName('after-the_outage2'), 'after-the_outage2')
  for (const name of ['', 'a.b', 'a b', 'x'.repeat(61)]) throws(() => requireName(name), /1 to 60 letters/)
})

test('a list has the same digest in any order, and another one has another', () => {
  equal(digestOf(['a', 'b']), digestOf(['b', 'a']))
  equal(digestOf(['a']).length, 8)
  notEqual(digestOf(['ab']), digestOf(['a', 'b']))
})
