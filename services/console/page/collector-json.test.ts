// Form and JSON in step: what the form changes, and what it leaves.

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { newCollector, readText, valueAt, withValueAt, writeText } from './collector-json.ts'

test('what is read from a text and written back is the same', () => {
  const shown = readText(newCollector)
  equal(shown && writeText(shown), newCollector)
})

for (const [name, text] of [
  ['broken JSON', '{"inputs": {'],
  ['no input', '{"inputs": {}}'],
  ['two inputs', '{"inputs": {"a": {}, "b": {}}}'],
  ['an input that is none', '{"inputs": {"a": 1}}'],
  ['a list', '[]'],
  ['nothing', ''],
] as const) {
  test(`a form shows nothing of ${name}`, () => equal(readText(text), undefined))
}

const input = { id: '1', services: { message: { a: 1, own_key: [1] } }, more: 'kept' }

for (const [name, keys, set, expected] of [
  ['a value', ['id'], '2', { ...input, id: '2' }],
  ['a new one', ['environment'], 'prod', { ...input, environment: 'prod' }],
  [
    'one further down',
    ['services', 'message', 'a'],
    2,
    { ...input, services: { message: { a: 2, own_key: [1] } } },
  ],
  [
    'one below what is not there',
    ['credentials', 'api_key'],
    'k',
    { ...input, credentials: { api_key: 'k' } },
  ],
  [
    'one taken away',
    ['services', 'message', 'a'],
    undefined,
    { ...input, services: { message: { own_key: [1] } } },
  ],
  ['a whole service taken away', ['services', 'message'], undefined, { ...input, services: {} }],
] as const) {
  test(`${name} is set, and all else stays where it was`, () => {
    const changed = withValueAt(structuredClone(input) as never, keys, set)
    deepEqual(changed, expected)
    deepEqual(Object.keys(changed).slice(0, 3), Object.keys(input))
    deepEqual(valueAt(changed, keys), set)
  })
}
