import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { Answer } from '../status/ask.ts'
import { figuresOf, type Look } from './figures.ts'
import { samplesIn } from './samples.ts'

const answer = (name: string, at = 0): Answer => ({
  name,
  address: `${name}:${at}`,
  status: { service: name, version: '0', pid: 1, ready: true, troubles: [], parts: {} },
})

const look = (at: number, ...texts: readonly (readonly [string, string])[]): Look => ({
  at,
  services: texts.map(([name, text], index) => ({ answer: answer(name, index), samples: samplesIn(text) })),
})

test('samples are read as a service prints them', () => {
  deepEqual(samplesIn('# HELP a b\na 1\nb{x="y",z="a\\"b\\\\c\\n,}"} 2.5e3\n\nnot a sample\n'), [
    { name: 'a', series: 'a', labels: {}, value: 1 },
    { name: 'b', series: 'b{x="y",z="a\\"b\\\\c\\n,}"}', labels: { x: 'y', z: 'a"b\\c\n,}' }, value: 2500 },
  ])
})

test('a session is in two replicas as one stream: their rates add up, and it is open where one has it', () => {
  const text = (received: number, up: number): string =>
    [
      `podpipe_ingest_received_total{cluster="a/b",service="message"} ${received}`,
      `podpipe_ingest_received_bytes_total{cluster="a/b",service="message"} ${received * 1000}`,
      `podpipe_ingest_session_up{cluster="a/b",service="message"} ${up}`,
    ].join('\n')
  const before = look(0, ['ingest', text(100, 1)], ['ingest', text(5_000, 0)])
  const now = look(2_000, ['ingest', text(300, 1)], ['ingest', text(5_100, 0)])
  const { sessions } = figuresOf(now, before)
  deepEqual(sessions, [
    {
      name: 'a/b/message',
      in: 150,
      inBytes: 150_000,
      isOpen: true,
      inFlightBytes: 0,
      archiveHours: 0,
      lastFrameAt: null,
    },
  ])
  equal(figuresOf(now, undefined).sessions[0]?.in, null)
})

test('a process that was started again counts from zero', () => {
  const text = (count: number): string =>
    `podpipe_forwarder_events_total{output="devo_1",service="message",outcome="delivered"} ${count}`
  const now = look(1_000, ['forwarder', text(40)])
  equal(figuresOf(now, look(0, ['forwarder', text(9_000)])).outputs[0]?.delivered, 40)
})

test('lag adds up over partitions, and its age is that of the oldest', () => {
  const lag = (
    topic: string,
    partition: number,
    records: number,
    seconds: number,
    consumer = 'dedup',
  ): string =>
    ['records', 'seconds']
      .map(
        unit =>
          `podpipe_lag_${unit}{consumer="${consumer}",topic="${topic}",partition="${partition}"} ${unit === 'records' ? records : seconds}`,
      )
      .join('\n')
  const now = look(0, [
    'dedup',
    [
      'podpipe_dedup_events_total{service="message",outcome="unique"} 1',
      'podpipe_dedup_events_total{service="audit",outcome="unique"} 1',
      'podpipe_forwarder_events_total{output="devo_1",service="audit",outcome="delivered"} 1',
      lag('pod.raw.message', 0, 5, 9),
      lag('pod.raw.message', 1, 7, 3),
      lag('pod.raw.audit', 0, 2, 1),
      lag('pod.unique.audit', 0, 4, 8, 'forwarder-devo_1'),
    ].join('\n'),
  ])
  const { dedup, outputs } = figuresOf(now, undefined)
  deepEqual(
    dedup.map(each => [each.name, each.lag, each.lagSeconds]),
    [
      ['audit', 2, 1],
      ['message', 12, 9],
    ],
  )
  deepEqual(
    outputs.map(each => [each.lag, each.lagSeconds]),
    [[4, 8]],
  )
})

test('a service that does not answer is down, and so is the whole', () => {
  const now: Look = {
    at: 0,
    services: [{ answer: { name: 'dedup', address: 'a:1', failure: 'nothing listens there' }, samples: [] }],
  }
  const { health, processes } = figuresOf(now, undefined)
  deepEqual([health, processes[0]?.health, processes[0]?.memoryBytes], ['down', 'down', null])
})

test('lines that nobody wants are not read', () => {
  deepEqual(
    samplesIn('a 1\nb 2\n', line => line.startsWith('b')).map(({ name }) => name),
    ['b'],
  )
})
