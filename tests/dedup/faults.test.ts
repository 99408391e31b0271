// What the fault runs stand on: the proxy reads the protocol right, a seed repeats its faults, and an account that
// does not close says so.

import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '@podpipe/simulators/random.ts'
import { electionRequest } from '../kit/brokers/elect-leaders.ts'
import { framed, int16, int32, text } from '../kit/brokers/kafka-bytes.ts'
import { createSplitter, headOf, replacePorts } from '../kit/brokers/kafka-frames.ts'
import type { OutputName } from '../kit/faults/delivery-plan.ts'
import { type FaultAccount, faultAccountOf, gapsOf } from '../kit/faults/fault-account.ts'
import { drawFault, flowing, kinds, opening, sentenceOf } from '../kit/faults/fault-plan.ts'
import { Arrivals } from '../kit/loads/arrivals.ts'
import { lossWatch } from '../kit/loads/loss-watch.ts'

test('frames come out whole, however they were cut up', () => {
  const frames = [framed(Buffer.from('one')), framed(), framed(Buffer.from('three'))]
  const stream = Buffer.concat(frames)
  for (let size = 1; size <= stream.length; size++) {
    const split = createSplitter()
    const found: Buffer[] = []
    for (let at = 0; at < stream.length; at += size) found.push(...split(stream.subarray(at, at + size)))
    deepEqual(found, frames, `in pieces of ${size}`)
  }
})

test('a request says what it is', () => {
  const request = framed(int16(26), int16(1), int32(77), text('podpipe-dedup'))
  deepEqual(headOf(request), { api: 'EndTxn', version: 1, correlation: 77 })
})

test('an election is asked for as Kafka reads it', () => {
  const expected = framed(
    ...[int16(43), int16(1), int32(1), text(null), Buffer.from([0])],
    ...[int32(1), text('unique'), int32(2), int32(0), int32(5), int32(5_000)],
  )
  deepEqual(electionRequest('unique', [0, 5]), expected)
})

const throttle = int32(0)
const host = text('127.0.0.1')
const brokers = (portOfFirst: number, rack: boolean): Buffer => {
  const end = rack ? [text(null)] : []
  return Buffer.concat([
    int32(2),
    int32(1),
    host,
    int32(portOfFirst),
    ...end,
    int32(2),
    host,
    int32(93),
    ...end,
  ])
}
const layouts = [
  ['Metadata', 0, (port: number) => [brokers(port, false)]],
  ['Metadata', 1, (port: number) => [brokers(port, true)]],
  ['Metadata', 6, (port: number) => [throttle, brokers(port, true), text('cluster')]],
  ['FindCoordinator', 0, (port: number) => [int16(0), int32(1), host, int32(port)]],
  ['FindCoordinator', 2, (port: number) => [throttle, int16(0), text('NONE'), int32(1), host, int32(port)]],
  ['FindCoordinator', 1, (port: number) => [throttle, int16(0), text(null), int32(1), host, int32(port)]],
] as const

for (const [api, version, parts] of layouts) {
  test(`an answer to ${api} of version ${version} names the proxy's port where it named the broker's`, () => {
    const answer = framed(int32(5), ...parts(92))
    replacePorts({ api, version }, answer, new Map([[92, 20_092]]))
    deepEqual(answer, framed(int32(5), ...parts(20_092)))
  })
}

test('an answer that is laid out in another way is refused', () => {
  throws(() => replacePorts({ api: 'Metadata', version: 9 }, framed(int32(5)), new Map()), /version 9/)
})

test('a seed repeats its faults; every kind and every request comes up', () => {
  const draw = (seed: number): string[] => {
    const random = createRandom(seed)
    return Array.from({ length: 1_000 }, () => sentenceOf(drawFault(random, kinds)))
  }
  const drawn = draw(1)
  deepEqual(draw(1), drawn)
  ok(draw(2).join() !== drawn.join())
  for (const api of [...flowing, ...opening]) {
    ok(
      drawn.includes(
        `connection cut at ${api}, unsent${flowing.some(each => each === api) ? '' : ', in a start'}`,
      ),
      api,
    )
  }
  for (const words of [
    'SIGKILL of dedup after',
    'SIGKILL of dedup at',
    'SIGSTOP',
    'broker that leads groups',
    'another broker is made to lead transactions',
  ])
    ok(
      drawn.some(sentence => sentence.includes(words)),
      words,
    )
})

test('only the kinds that were asked for are drawn', () => {
  const random = createRandom(3)
  for (let each = 0; each < 100; each++) equal(drawFault(random, ['freeze']).kind, 'freeze')
})

const closed: FaultAccount = {
  sent: 10,
  events: 7,
  received: 11,
  unique: 7,
  duplicate: 3,
  rejected: 1,
  inUnique: 7,
  doubledInUnique: 0,
  lost: 0,
  lostBeforeRaw: 0,
  foreign: 0,
}

for (const [name, change, expected] of [
  ['closes', {}, []],
  ['misses what raw does not hold', { sent: 12 }, [/12 records were acknowledged and raw holds 11/]],
  ['misses what was not decided', { duplicate: 2 }, [/holds 11 records and the ledger counts 10/]],
  ['misses what unique does not hold', { inUnique: 6 }, [/counts 7 unique events and the topic holds 6/]],
  [
    'tells what was lost',
    { lost: 2, lostBeforeRaw: 1 },
    [/2 events were lost, 1 of them on the way into raw/],
  ],
  ['tells what nobody sent', { foreign: 1 }, [/never sent/]],
  ['tells what stands twice', { doubledInUnique: 3 }, [/3 events stand twice/]],
] as const) {
  test(`an account ${name}`, () => {
    const gaps = gapsOf({ ...closed, ...change })
    equal(gaps.length, expected.length)
    for (const [at, pattern] of expected.entries()) ok(pattern.test(gaps[at] ?? ''), gaps[at])
  })
}

test('events are told apart by where they were lost', () => {
  const { lost, lostBeforeRaw, foreign } = faultAccountOf({
    ...closed,
    events: new Set(['a', 'b', 'c']),
    arrived: new Set(['a', 'b']),
    published: new Set(['a', 'z']),
  })
  deepEqual([lost, lostBeforeRaw, foreign], [2, 1, 1])
})

test('it has arrived what was expected, event by event: as many others do not stand for it', () => {
  const events = new Set(['a', 'b'])
  const arrived = new Set(['x', 'y', 'b'])
  const arrivals = new Arrivals(events, event => arrived.has(event))
  deepEqual(arrivals.missing(), [])
  arrivals.expectAll()
  deepEqual(arrivals.missing(), ['a'])
  events.add('c')
  deepEqual(arrivals.missing(), ['a'])
  arrivals.expectAll()
  arrived.add('a')
  deepEqual(arrivals.missing(), ['c'])
})

test('what all is committed of and is still missing is given up after a while, and not before', async t => {
  let now = 0
  t.mock.method(performance, 'now', () => now)
  const committed = new Map([
    ['devo_1', 5],
    ['plain', 10],
    ['mute', 10],
  ])
  const watch = lossWatch({
    committed: async output => new Map([['unique/0', committed.get(output) ?? 0]]),
    ends: async () => new Map([['unique/0', 10]]),
  })
  const lostWithin = async (ms: number, behind: readonly OutputName[]): Promise<OutputName[]> => {
    const until = now + ms
    let lost: OutputName[] = []
    for (; now < until; now += 1_000) lost = await watch.lostBy(behind)
    return lost
  }
  deepEqual(await lostWithin(20_000, ['devo_1', 'plain', 'mute']), [])
  // It was only late.
  await lostWithin(5_000, ['devo_1', 'mute'])
  deepEqual(await lostWithin(20_000, ['devo_1', 'plain', 'mute']), [])
  committed.set('devo_1', 10)
  const lost = await lostWithin(40_000, ['devo_1', 'plain', 'mute'])
  deepEqual(lost, ['devo_1', 'plain'])
})
