import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { releaseOf } from '@podpipe/runtime/kafka/broker-release.ts'
import { checkClocks } from './clocks.ts'
import { checkHost, type HostFacts } from './host.ts'
import { checkVersions } from './services.ts'

const gibibyte = 1024 ** 3
const well: HostFacts = {
  openFiles: 65_536,
  memory: 16 * gibibyte,
  cores: 2,
  stateFolder: '/data/state',
  stateRoom: { free: 100 * gibibyte, size: 200 * gibibyte },
  isStateWritable: true,
  node: '24.0.0',
}
const config = (brokers: readonly string[]): Pick<PodpipeConfig, 'kafka' | 'dedup'> =>
  ({ kafka: { brokers, heap: '512m' }, dedup: { maxMemory: 4 * gibibyte } }) as unknown as PodpipeConfig
const [embedded, cluster] = [config([]), config(['k:9092'])]

for (const [name, facts, settings, part, expected] of [
  [
    'too few files',
    { openFiles: 1_024 },
    embedded,
    'files',
    /1,024 files open, and 8,192 may be needed; raise it with ulimit/,
  ],
  ['as many files as a cluster takes', { openFiles: 1_024 }, cluster, undefined, /./],
  [
    'less memory than ids may take',
    { memory: 4 * gibibyte },
    embedded,
    'memory',
    /Set dedup\.max_memory to 2\.4 GiB or less/,
  ],
  ['memory that does without Kafka', { memory: 5 * gibibyte }, cluster, undefined, /./],
  [
    'a disk that is nearly full',
    { stateRoom: { free: gibibyte, size: 16 * gibibyte } },
    embedded,
    'disk',
    /1\.0 GiB of 16\.0 GiB \(6 %\) are free in \/data\/state.*make room for 10\.0 GiB/,
  ],
  [
    'a full disk where Kafka is elsewhere',
    { stateRoom: { free: 0, size: gibibyte } },
    cluster,
    undefined,
    /./,
  ],
  ['a folder that is not ours', { isStateWritable: false }, embedded, 'disk', /cannot be written to/],
  ['a system that tells nothing', { openFiles: undefined, stateRoom: undefined }, embedded, undefined, /./],
] as const) {
  test(`a machine with ${name}`, () => {
    const wrong = checkHost({ ...well, ...facts }, settings).filter(({ isGood }) => !isGood)
    deepEqual(
      wrong.map(each => each.part),
      part === undefined ? [] : [part],
    )
    for (const { text } of wrong) match(text, expected)
  })
}

for (const [name, apart, isGood, expected] of [
  ['nothing yet', [], true, /nothing has been received/],
  ['the same clock', [3, 9], true, /at most 0\.00 s apart/],
  ['frames that waited, and one that did not', [60_000, 40], true, /0\.04 s apart/],
  ['a broker that is behind', [-90_000, 20], false, /is 90 s behind/],
  ['a broker that is ahead', [90_000, 91_000], false, /up to 90 s ahead.*NTP/],
] as const) {
  test(`clocks by ${name}`, () => {
    const check = checkClocks(apart.map(each => ({ received: 1_000_000, appended: 1_000_000 + each })))
    equal(check.isGood, isGood)
    match(check.text, expected)
  })
}

test('a service of another version is named', () => {
  const status = { service: 'dedup', version: '0.0.9', pid: 1, ready: true, troubles: [], parts: {} }
  const [other, own, ...rest] = checkVersions(
    [
      { name: 'dedup', address: 'a:1', status },
      { name: 'ingest', address: 'a:2', status: { ...status, version: '0.1.0' } },
      { name: 'forwarder', address: 'a:3', failure: 'nothing listens there' },
    ],
    '0.1.0',
  )
  deepEqual([other?.isGood, own?.isGood, rest], [false, true, []])
  match(other?.text ?? '', /dedup at a:1 is 0\.0\.9, and this command is 0\.1\.0; restart/)
})

for (const [version, release] of [
  [99, '4.1 or newer'],
  [17, '3.9 or 4.0'],
  [15, '3.5 or 3.6'],
  [11, '2.3 to 2.6'],
  [4, 'older than 2.3'],
] as const) {
  test(`a broker that takes Fetch ${version} is ${release}`, () => equal(releaseOf(version), release))
}
