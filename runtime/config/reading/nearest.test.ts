import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { editDistance, nearest } from './nearest.ts'

for (const [from, to, expected] of [
  ['', '', 0],
  ['', 'abc', 3],
  ['abc', '', 3],
  ['port', 'port', 0],
  ['adress', 'address', 1],
  ['prot', 'port', 1],
  ['ab', 'cba', 2],
  ['kitten', 'sitting', 3],
] as const) {
  test(`from "${from}" to "${to}" it is ${expected} edits`, () => equal(editDistance(from, to), expected))
}

const known = ['address', 'port', 'id', 'api_key', 'cluster_id', 'chain', 'cert', 'key']

for (const [word, expected] of [
  ['adress', 'address'],
  ['prot', 'port'],
  ['API-Key', 'api_key'],
  ['apikey', 'api_key'],
  ['clusterid', 'cluster_id'],
  ['idd', 'id'],
  ['chian', 'chain'],
  ['x', undefined],
  ['xy', undefined],
  ['something', undefined],
  ['', undefined],
] as const) {
  test(`"${word}" probably means ${expected}`, () => equal(nearest(word, known), expected))
}
