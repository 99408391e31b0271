import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { spokenVersions } from '../connection/internals.ts'
import { lacking, needs, releaseOf } from './broker-release.ts'

for (const [metadata, release] of [
  [31, 'newer than 4.3'],
  [30, '4.3'],
  [29, '4.2'],
  [27, '4.1'],
  [25, '4.0'],
  [21, '3.9'],
  [19, '3.7'],
  [7, '3.3'],
  [1, '3.0'],
] as const) {
  test(`a broker that knows metadata.version ${metadata} is ${release}`, () =>
    equal(releaseOf({ requests: new Map(), metadata }), release))
}

for (const [to, release] of [
  [15, '3.1 to 3.9, with ZooKeeper'],
  [12, '2.7 to 3.0'],
  [11, '2.3 to 2.6'],
  [10, '2.1 or 2.2'],
  [4, 'older than 1.1'],
] as const) {
  test(`a broker without it that takes Fetch ${to} is ${release}`, () =>
    equal(releaseOf({ requests: new Map([[1, { from: 0, to }]]) }), release))
}

const all = new Map(needs.map(({ key, from }) => [key, { from, to: from + 4 }]))

for (const [name, changed, expected] of [
  ['takes all', [], []],
  ['is too new for a request', [[1, { from: 12, to: 30 }]], ['Fetch 4 to 11 (the broker: 12 to 30)']],
  ['is too old for a request', [[0, { from: 0, to: 2 }]], ['Produce 3 to 7 (the broker: 0 to 2)']],
  ['does not know a request', [[22, undefined]], ['InitProducerId 0 to 1 (the broker: none)']],
] as const) {
  test(`what is missing where a broker ${name}`, () => {
    const requests = new Map(all)
    for (const [key, range] of changed) {
      if (range === undefined) requests.delete(key)
      else requests.set(key, range)
    }
    deepEqual(lacking(requests), expected)
  })
}

test('every request that is needed is one that kafkajs writes', () => {
  for (const { name, key, from } of needs)
    ok(Math.max(...(spokenVersions.get(key) ?? [])) >= from, `${name}, ${key}`)
})
