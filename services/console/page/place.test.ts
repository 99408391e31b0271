import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { hashOf, placeOf } from './place.ts'

for (const [hash, screen, settings] of [
  ['', 'flow', {}],
  ['#', 'flow', {}],
  ['#/', 'flow', {}],
  ['#/events', 'events', {}],
  ['#/events?service=message&id=a%20b%26c', 'events', { service: 'message', id: 'a b&c' }],
  ['#/events?id=a?b', 'events', { id: 'a' }],
  ['#/<script>', 'flow', {}],
  ['#/../x', 'flow', {}],
] as const) {
  test(`${hash} is ${screen}`, () => deepEqual(placeOf(hash), { screen, settings }))
}

test('what is written is read again', () => {
  const place = { screen: 'events', settings: { id: 'a b&c=d#e?f%', text: '"<ü>' } }
  deepEqual(placeOf(hashOf(place)), place)
})

test('a setting that is empty does not stand in the address', () => {
  equal(hashOf({ screen: 'flow', settings: { service: '' } }), '#/flow')
})
