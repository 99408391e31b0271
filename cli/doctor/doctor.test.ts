import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import type { PodpipeConfig } from '@podpipe/runtime/config/config.ts'
import { needs } from '@podpipe/runtime/kafka/administration/broker-release.ts'
import type { BrokerFacts } from '@podpipe/runtime/kafka/administration/every-broker.ts'
import { checkBrokers } from './brokers.ts'
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

const requests = new Map(needs.map(({ key, from }) => [key, { from, to: from }]))
const broker = (node: number, metadata: number, more: Partial<BrokerFacts> = {}): BrokerFacts => ({
  node,
  versions: { requests, metadata, level: metadata },
  logDirs: [],
  ...more,
})
const disk = (free: number, isLost = false): Partial<BrokerFacts> => ({
  logDirs: [{ folder: '/d', free: isLost ? undefined : free * gibibyte, size: 100 * gibibyte, isLost }],
})

for (const [name, brokers, expected] of [
  [
    'brokers of one release',
    [broker(1, 27), broker(2, 27)],
    ['✓ 2 brokers, Apache Kafka 4.1, which takes every request of podpipe'],
  ],
  [
    'a cluster in the middle of its upgrade',
    [broker(1, 21), broker(2, 27)],
    ['✗ brokers of different releases of Apache Kafka: broker 1 is 3.9, broker 2 is 4.1; finish the upgrade'],
  ],
  [
    'a level that was not raised',
    [broker(1, 27, { versions: { requests, metadata: 27, level: 21 } })],
    [
      '✓ 1 broker, Apache Kafka 4.1, which takes every request of podpipe, working at the level of 3.9 (metadata.version 21), which',
    ],
  ],
  [
    'a broker that lacks a request',
    [
      broker(1, 27),
      broker(2, 27, {
        versions: { requests: new Map([...requests, [1, { from: 12, to: 20 }]]), metadata: 40 },
      }),
    ],
    [
      '✗ 2 brokers, and broker 2 is an Apache Kafka newer than 4.3 that does not take what podpipe asks: Fetch 4 to 11 (the broker: 12 to 20); docs/upgrading.md',
    ],
  ],
  [
    'disks',
    [broker(1, 27, disk(50)), broker(2, 27, disk(9)), broker(3, 27, disk(0, true))],
    [
      '✓ 3 brokers',
      '✓ broker 1 in /d: 50.0 GiB of 100.0 GiB (50 %) are free',
      '✗ broker 2 in /d: 9.0 GiB of 100.0 GiB (9 %) are free; make room',
      '✗ broker 3 in /d: the broker has given this folder up',
    ],
  ],
] as const) {
  test(`doctor on ${name}`, () => {
    const lines = checkBrokers(brokers, false).map(({ isGood, text }) => `${isGood ? '✓' : '✗'} ${text}`)
    equal(lines.length, expected.length)
    for (const [index, start] of expected.entries()) equal(lines[index]?.slice(0, start.length), start)
  })
}
