import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { Decoder } from '../connection/internals.ts'
import { readVersions } from './api-versions.ts'
import { readLogDirs } from './log-dirs.ts'

const int16 = (value: number): number[] => [value >> 8, value & 255]
const text = (value: string): number[] => [value.length + 1, ...Buffer.from(value)]
const int64 = (value: bigint): number[] => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(value)
  return [...bytes]
}
const tagged = (tag: number, bytes: readonly number[]): number[] => [tag, bytes.length, ...bytes]
const noTags = 0
const feature = (name: string, one: number, two: number): number[] => [
  ...text(name),
  ...int16(one),
  ...int16(two),
  noTags,
]
const requests = [
  3,
  ...int16(0),
  ...int16(3),
  ...int16(13),
  noTags,
  ...int16(1),
  ...int16(4),
  ...int16(18),
  noTags,
]
const head = [...int16(0), ...requests, 0, 0, 0, 0]
const known = new Map([
  [0, { from: 3, to: 13 }],
  [1, { from: 4, to: 18 }],
])

for (const [name, tags, expected] of [
  ['of a broker without features', [0], {}],
  [
    'with what the broker knows and the level of its cluster, beside other features and fields',
    [
      4,
      ...tagged(0, [3, ...feature('kraft.version', 0, 1), ...feature('metadata.version', 7, 27)]),
      ...tagged(1, int64(9n)),
      ...tagged(2, [2, ...feature('metadata.version', 21, 7)]),
      ...tagged(3, [1]),
    ],
    { metadata: 27, level: 21 },
  ],
  ['with features of others', [1, ...tagged(0, [2, ...feature('group.version', 0, 1)])], {}],
] as const) {
  test(`an answer ${name}`, () => {
    deepEqual(readVersions(new Decoder(Buffer.from([...head, ...tags]))), { requests: known, ...expected })
  })
}

test('disks, one of which the broker has given up', () => {
  const topic = [...text('t'), 2, 0, 0, 0, 1, ...int64(1n), ...int64(0n), 0, noTags, noTags]
  const answer = [
    ...[noTags, 0, 0, 0, 0, ...int16(0), 3],
    ...[...int16(0), ...text('/a'), 2, ...topic, ...int64(10n ** 12n), ...int64(10n ** 11n), noTags],
    ...[...int16(56), ...text('/b'), 1, ...int64(-1n), ...int64(-1n), noTags],
    noTags,
  ]
  deepEqual(readLogDirs(new Decoder(Buffer.from(answer))), [
    { folder: '/a', free: 1e11, size: 1e12, isLost: false },
    { folder: '/b', free: undefined, size: undefined, isLost: true },
  ])
})
