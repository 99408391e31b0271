// `podpipe replay --output`: events of a time are sent to an output again, beside live traffic and without touching what
// the live forwarder knows; interrupted in any way, it goes on behind what was confirmed.

import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Chain } from '@podpipe/demo/chain.ts'
import { type ServiceProcess, startPodpipe } from '@podpipe/demo/service-process.ts'
import { all, type openTopics } from '@podpipe/demo/topic-counts.ts'
import { type Devo, startDevo } from '@podpipe/simulators/devo/devo.ts'
import { contentHash } from '@podpipe/simulators/proofpoint/ledger.ts'
import { createRandom } from '@podpipe/simulators/random.ts'
import { atEnd } from '../kit/at-end.ts'
import { accountFor, arrives, testChain } from '../kit/chains/chain.ts'
import { runPodpipe } from '../kit/chains/podpipe.ts'
import { eventually, until } from '../kit/eventually.ts'

type Opened = Awaited<ReturnType<typeof openTopics>>

interface Stored {
  readonly hash: string
  readonly id: string
  readonly time: number
  readonly bytes: number
}

/** Every unique event, in the order of its time. */
async function storedEvents({ fetcher, topics }: Opened): Promise<Stored[]> {
  const found: Stored[] = []
  for (const service of topics.services) {
    for await (const { value, timestamp } of all(fetcher, topics.unique(service)))
      found.push({
        hash: contentHash(value.payload),
        id: value.id,
        time: timestamp,
        bytes: value.payload.length,
      })
  }
  return found.sort((a, b) => a.time - b.time)
}

/** What every live group has committed, of all installations on the broker but by this one's prefix. */
async function liveOffsets({ client, topics }: Opened): Promise<string[]> {
  const { prefix } = topics.positions.name.match(/^(?<prefix>.*)\.positions$/)?.groups ?? {}
  const { groups } = await client.admin.listGroups()
  const live = groups.map(({ groupId }) => groupId).filter(group => group.startsWith(`podpipe-${prefix}-`))
  const offsets: string[] = []
  for (const groupId of live.filter(group => !group.includes('-replay-')).sort()) {
    for (const { topic, partitions } of await client.admin.fetchOffsets({ groupId }))
      offsets.push(...partitions.map(({ partition, offset }) => `${groupId} ${topic} ${partition} ${offset}`))
  }
  return offsets.sort()
}

async function opened(t: TestContext, chain: Chain): Promise<Opened> {
  const topics = await chain.topics()
  atEnd(t, topics.close)
  return topics
}

const replay = (chain: Chain, ...args: string[]) =>
  runPodpipe(['replay', ...args, '--config', chain.configFile], { NODE_EXTRA_CA_CERTS: chain.trust })

async function listed(chain: Chain, name: string): Promise<{ state: string } | undefined> {
  const { out, err, code } = await replay(chain, 'ls', '-o', 'json')
  equal(code, 0, err)
  return JSON.parse(out).find((each: { name: string }) => each.name === name)
}

/** Starts a replay that is to be interrupted. */
function begin(t: TestContext, chain: Chain, ...args: string[]): ServiceProcess {
  const started = startPodpipe('replay', ['replay', ...args, '--config', chain.configFile], {
    logFile: join(dirname(dirname(chain.configFile)), 'replay.log'),
    trust: chain.trust,
  })
  atEnd(t, () => (started.running ? started.kill() : undefined))
  return started
}

/** Copies of each of the events at a sink. */
const copiesAt = (sink: Devo, events: readonly Stored[]): number[] =>
  events.map(({ hash }) => sink.count(hash))

const span = (from: number, to: number): string[] => ['--from', String(from), '--to', String(to)]

test('Any time range can be replayed: beside live traffic every event of it arrives once more, and no other', async t => {
  const chain = await testChain(t, {
    proofpoint: { events: 2_500, rate: 100, duplicates: 0.1, junk: 0.01, multiline: 0.05 },
    config: 'forwarder: {stretch_events: 300, stretch_time: 500ms}\n',
  })
  for (const service of ['ingest', 'dedup', 'forwarder'] as const) chain.start(service)
  await until('events flow', () => chain.devo.stats().distinct > 600)
  const topics = await opened(t, chain)
  const before = await storedEvents(topics)
  const [from, to] = [1 / 4, 3 / 4].map(part => before[Math.floor(before.length * part)]?.time ?? 0) as [
    number,
    number,
  ]

  const preview = await replay(chain, '--output', 'devo_1', ...span(from, to), '--dry-run', '-o', 'json')
  equal(preview.code, 0, preview.err)
  const liveBefore = chain.devo.stats().distinct
  const run = await replay(chain, '--output', 'devo_1', ...span(from, to), '--yes', '-o', 'json')
  equal(run.code, 0, run.err)
  t.diagnostic(`${chain.devo.stats().distinct - liveBefore} live events arrived beside the replay`)
  await arrives(chain)
  await chain.stopServices()

  const events = await storedEvents(topics)
  const inRange = events.filter(({ time }) => time >= from && time < to)
  const outside = events.filter(({ time }) => time < from || time >= to)
  t.diagnostic(`${inRange.length} of ${events.length} events: ${run.out.trim()}`)
  deepEqual(new Set(copiesAt(chain.devo, inRange)), new Set([2]))
  deepEqual(new Set(copiesAt(chain.devo, outside)), new Set([1]))
  const { found, confirmed, sent, sentAgain, refused, doubledAtMost, finished } = JSON.parse(run.out)
  deepEqual([found, confirmed, sent, refused], [inRange.length, inRange.length, inRange.length, {}])
  deepEqual([sentAgain, doubledAtMost, finished], [0, 0, true])
  // Behind the events lie the marks of transactions: only reading tells how many events there are.
  const { events: counted, records, address, port, output } = JSON.parse(preview.out)
  ok(records >= inRange.length)
  deepEqual([counted, output, address, port], [inRange.length, 'devo_1', 'localhost', chain.devo.port])
  match(
    run.err,
    /Replay devo_1-\d{8}T.*\n {2}events {2}[\d,]+ among [\d,]+ records: message .*\n {2}from .*\(UTC\)/,
  )
  const { gaps } = await accountFor(t, chain, { doublesAllowed: true })
  deepEqual(gaps, [])
  deepEqual([chain.devo.stats().malformed, chain.devo.stats().tornTails], [0, 0])
})

test('a replay that is killed, stopped or cut off goes on behind what was confirmed, and no live offset moves', async t => {
  const seed = Math.floor(Math.random() * 65_536)
  t.diagnostic(`moments by seed ${seed}`)
  const random = createRandom(seed)
  const relay = await startDevo({})
  atEnd(t, () => relay.close())
  const chain = await testChain(t, {
    proofpoint: { events: 3_000, duplicates: 0.1 },
    moreOutputs: `  relay: {type: syslog, config: {address: 127.0.0.1, port: ${relay.port}}}
  small: {type: syslog, max_event_bytes: 1KiB, config: {address: 127.0.0.1, port: ${relay.port}}}
`,
    config: 'forwarder: {stretch_events: 50, stretch_time: 200ms}\n',
  })
  chain.start('ingest')
  const dedup = chain.start('dedup')
  const topics = await opened(t, chain)
  await until('all is offered', () => {
    ok(dedup.running, dedup.tail(5))
    const { progress } = chain.proofpoint.stats()
    return Object.values(progress).every(({ offered, sent }) => sent === offered)
  })
  await eventually('everything is decided', async () => {
    const { unique, duplicate, rejected } = await topics.counts()
    const done = unique + duplicate + rejected
    return done === chain.proofpoint.ledger.counts().sent ? true : undefined
  })
  await chain.process('ingest').stop()
  await dedup.stop()
  const live = await liveOffsets(topics)
  const events = await storedEvents(topics)
  const [from, to] = [events[0]?.time ?? 0, (events.at(-1)?.time ?? 0) + 1]
  const range = span(from, to)

  // Killed again and again while it runs; the same command goes on, and so does its name.
  const [name, kills] = ['through-kills', 2]
  const ask = ['--output', 'relay', ...range, '--name', name, '--yes', '--rate', '700']
  for (let kill = 0; kill < kills; kill++) {
    const running = begin(t, chain, ...(kill % 2 === 0 ? ask : ['--resume', name, '--yes', '--rate', '700']))
    const reached = relay.stats().frames
    const target = reached + 100 + Math.floor(300 * random.next())
    await until('events are sent again', () => relay.stats().frames > target || !running.running)
    ok(running.running, running.tail(5))
    // A connection is cut first, so that what it held is sent again, and then it is killed.
    if (kill === 1) relay.resetAll()
    await running.kill()
  }
  equal((await listed(chain, name))?.state, 'open')
  // Stopped in order, in the midst of it
  const stopped = begin(t, chain, '--resume', name, '--yes', '--rate', '700')
  const reached = relay.stats().frames
  await until('events are sent again', () => relay.stats().frames > reached + 100 || !stopped.running)
  equal(await stopped.stop(), 1)
  match(stopped.tail(3), /Not all is sent yet\. Go on with: podpipe replay --resume through-kills/)
  equal((await listed(chain, name))?.state, 'stopped')
  const last = await replay(chain, '--resume', name, '--yes', '-o', 'json')
  equal(last.code, 0, last.err)
  const account = JSON.parse(last.out)
  const copies = copiesAt(relay, events)
  const doubled = copies.reduce((sum, count) => sum + count - 1, 0)
  t.diagnostic(
    `sent ${relay.stats().frames}, received ${relay.stats().distinct} of ${events.length}, lost ${copies.filter(count => count === 0).length}, doubled ${doubled}, at most ${account.doubledAtMost} by ${kills} kills`,
  )
  equal(copies.filter(count => count === 0).length, 0)
  deepEqual([account.found, account.confirmed, account.finished], [events.length, events.length, true])
  // Six stretches of 50 and one portion: what may be sent and not noted when a process dies.
  ok(doubled <= account.doubledAtMost && account.doubledAtMost <= kills * (6 * 50 + 1_000) + 500)
  equal(relay.stats().malformed, 0)

  // Of ids that are asked for, these alone; what an output does not take is counted
  const [one, other] = [events[3], events.at(-3)] as [Stored, Stored]
  const ids = ['--match', `id=${one.id}`, '--match', `id=${other.id}`]
  const dry = await replay(chain, '--output', 'relay', ...range, ...ids, '--dry-run', '-o', 'json')
  equal(dry.code, 0, dry.err)
  equal(JSON.parse(dry.out).events, 2)
  const sentBefore = relay.stats().frames
  const few = await replay(chain, '--output', 'relay', ...range, ...ids, '--yes')
  equal(few.code, 0, few.err)
  match(few.out, /^found 2 = confirmed 2 \+ refused 0 {6}sent 2 in/)
  equal(relay.stats().frames, sentBefore + 2)
  const large = await replay(chain, '--output', 'small', ...range, '--yes', '-o', 'json')
  equal(large.code, 0, large.err)
  const refusedEvents = JSON.parse(large.out)
  equal(refusedEvents.found, events.length)
  equal(refusedEvents.refused.too_large, events.length - (relay.stats().frames - sentBefore - 2))
  ok(refusedEvents.refused.too_large >= events.filter(({ bytes }) => bytes > 1_024).length)

  // No more than the rate: the events of a portion go at once, and every further one waits for its turn
  const paced = await replay(
    chain,
    '--output',
    'relay',
    ...range,
    '--service',
    'audit',
    '--rate',
    '200',
    '--yes',
    '-o',
    'json',
  )
  equal(paced.code, 0, paced.err)
  const { sent, seconds } = JSON.parse(paced.out)
  t.diagnostic(`${sent} events in ${seconds} s at 200 a second at most`)
  ok(sent <= 200 * seconds + 20)

  // What cannot be, in a sentence
  const impossible = [
    [ask, /Replay through-kills is finished.*another --name.*forget through-kills/],
    [
      ['--output', 'relay', ...span(from, to - 1), '--name', name, '--yes'],
      /is there already and sends something else/,
    ],
    [['--resume', 'through-kill', '--yes'], /Did you mean through-kills\?/],
    [
      ['--output', 'relay', ...span(from - 7_200_000, from), '--yes'],
      /no event was received from .*give a range/,
    ],
    [
      ['--output', 'relay', ...range, '--name', 'unasked'],
      /Nothing was changed, since there is no terminal.*--yes/,
    ],
    [['forget', 'no-such', '--yes'], /knows no replay no-such/],
  ] as const
  const refusals = await Promise.all(impossible.map(([args]) => replay(chain, ...args)))
  impossible.forEach(([, expected], at) => {
    const { code, out, err } = refusals[at] ?? {}
    deepEqual([code, out, err?.includes('    at ')], [78, '', false], err)
    match(err ?? '', expected)
  })
  const forgotten = await replay(chain, 'forget', name, '--yes')
  match(forgotten.out, /Replay through-kills is forgotten.*No event is deleted/)
  ok(!(await replay(chain, 'ls')).out.includes(name))
  deepEqual(await liveOffsets(topics), live)
})
