// Several outputs at once: each has its own group, offsets, pace and choice of services. What one of them cannot
// take, or does not take, never slows another.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import type { Chain } from '@podpipe/demo/chain.ts'
import { countedIn } from '@podpipe/forwarder/counted.ts'
import type { KafkaClient } from '@podpipe/runtime/kafka/client.ts'
import { standaloneOffsets } from '@podpipe/runtime/kafka/group/standalone-offsets.ts'
import { groupOf } from '@podpipe/schemas/names.ts'
import { type Devo, type DevoOptions, startDevo } from '@podpipe/simulators/devo/devo.ts'
import { atEnd } from '../kit/at-end.ts'
import { bury, membersOf } from '../kit/brokers/bury.ts'
import { accountFor, arrives, testChain } from '../kit/chains/chain.ts'
import { eventually } from '../kit/eventually.ts'
import { metricsOf, partsOf } from '../kit/metrics/metrics.ts'

function pick(note: string): Record<string, unknown> {
  const { evidence, peer } = JSON.parse(note)
  return evidence === undefined ? {} : { evidence, peer }
}

/** How many events an output is done with, by its commits. */
async function doneWith(client: KafkaClient, group: string): Promise<number> {
  const commits = await standaloneOffsets(client, group)
  return commits.reduce((sum, { metadata }) => sum + (countedIn(metadata)?.events ?? 0), 0)
}

async function plainSink(t: TestContext, options: Partial<DevoOptions> = {}): Promise<Devo> {
  const sink = await startDevo(options)
  atEnd(t, () => sink.close())
  return sink
}

const hashesOf = (devo: Devo): string[] => [...devo.hashes()].map(([hash]) => hash).sort()

const eventsOf = (chain: Chain, type?: string): string[] =>
  [...chain.proofpoint.ledger.entries()]
    .filter(([, entry]) => entry.kind !== 'junk' && (type === undefined || entry.type === type))
    .map(([hash]) => hash)
    .sort()

test('a sink that never reads slows no other, and each output has what it asks for', async t => {
  const [relay, audits, stuck, watch] = await Promise.all([
    plainSink(t),
    plainSink(t),
    plainSink(t),
    plainSink(t),
  ])
  stuck.stall()
  const chain = await testChain(t, {
    proofpoint: { events: 6_000, duplicates: 0.05 },
    moreOutputs: `  stuck: {type: in_house_relay, config: {address: 127.0.0.1, port: ${stuck.port}}}
  relay: {type: syslog, config: {address: 127.0.0.1, port: ${relay.port}}}
  audits: {type: sidecar, services: [audit], config: {url: 127.0.0.1, port: ${audits.port}}}
  off: {type: syslog, enabled: false, config: {address: 127.0.0.1, port: 1}}
  shown: {type: stdout, services: [audit]}
  watch: {type: syslog, services: [audit], config: {address: 127.0.0.1, port: ${watch.port}}}
`,
    config: 'monitoring: {output: watch}\n',
  })
  for (const service of ['ingest', 'dedup', 'forwarder'] as const) chain.start(service)
  await arrives(chain)
  // Each process says to the output of monitoring that it has started, where Devo users look for their collectors.
  await eventually('three processes have started', () =>
    (watch.stats().perTag['devo.collectors.out.local.info'] ?? 0) >= 3 ? true : undefined,
  )
  const events = eventsOf(chain)
  await eventually('the relay has everything', () =>
    hashesOf(relay).length === events.length ? true : undefined,
  )
  await eventually('the audit events have arrived', () =>
    hashesOf(audits).length === eventsOf(chain, 'audit').length ? true : undefined,
  )
  deepEqual(hashesOf(relay), events)
  deepEqual(hashesOf(audits), eventsOf(chain, 'audit'))
  for (const sink of [relay, audits]) {
    const { doubled, malformed, tornTails } = sink.stats()
    deepEqual([doubled, malformed, tornTails], [0, 0, 0])
  }
  const shown = (
    chain
      .process('forwarder')
      .tail(1_000_000)
      .match(/^<14>.* mail\.proofpoint\.pod\.audit: /gm) ?? []
  ).length
  ok(shown > 0, 'audit events are on the standard output')
  equal(stuck.stats().frames, 0)

  // A stretch that fills slowly ends by its time, so the last name may be seconds in coming.
  const named = await eventually('each output that is answered names its evidence', async () => {
    const samples = (await metricsOf(chain.process('forwarder')))('podpipe_forwarder_evidence')
    const found = samples.filter(({ value }) => value === 1).map(({ labels }) => labels)
    return found.length === 5 ? found.sort() : undefined
  })
  deepEqual(named, [
    'output="audits",evidence="fin"',
    'output="devo_1",evidence="close_notify"',
    'output="relay",evidence="fin"',
    'output="shown",evidence="written"',
    'output="watch",evidence="fin"',
  ])
  // Nothing is lost to the one that did not read: it takes all of it up where it stands.
  stuck.resume()
  await eventually('the stuck sink has everything', () =>
    hashesOf(stuck).length === events.length ? true : undefined,
  )
  await chain.stopServices()
  deepEqual((await accountFor(t, chain, { doublesAllowed: false })).gaps, [])
  deepEqual(hashesOf(stuck), events)
})

for (const [ending, evidence, resetTimes] of [
  ['clean', 'close_notify', 5],
  ['bare-fin', 'bare_fin', 5],
  // What it has acknowledged and not read it would lose with a reset: docs/confirmation.md. That auto finds out by itself
  // takes a minute: services/forwarder/peers/confirmation.test.ts, and npm run test:faults:forwarder.
  ['never', 'acked', 0],
] as const)
  test(`peers that answer our end with "${ending}" and reset ${resetTimes} times get everything, also when the forwarder is killed`, async t => {
    const faults = { ending, resetAfterBytes: resetTimes === 0 ? 0 : 2_000_000, resetTimes }
    const relay = await plainSink(t, faults)
    const confirm = ending === 'never' ? 'acked' : 'auto'
    const prefix = `o${randomBytes(4).toString('hex')}`
    const chain = await testChain(t, {
      prefix,
      proofpoint: { events: 10_000, duplicates: 0.05 },
      devo: faults,
      moreOutputs: `    confirm: ${confirm}
  relay: {type: syslog, confirm: ${confirm}, config: {address: 127.0.0.1, port: ${relay.port}}}\n`,
      config: 'forwarder: {stretch_events: 1000}\n',
    })
    for (const service of ['ingest', 'dedup', 'forwarder'] as const) chain.start(service)
    await eventually('some events have arrived', () => chain.devo.stats().frames > 1_000 || undefined)
    const { client, close } = await chain.topics()
    atEnd(t, close)
    await chain.process('forwarder').kill()
    const groups = [groupOf(prefix, 'forwarder-devo_1'), groupOf(prefix, 'forwarder-relay')]
    const dead = await Promise.all(groups.map(group => membersOf(client, group)))
    // What the dead one had delivered and not committed comes once more, and nothing else by its death.
    const sinks = [chain.devo, relay]
    // They are in this process, so between two looks they read whatever has arrived. A peer that never ends keeps its side open.
    let before: number[] = []
    await eventually('the sinks have read what it sent', () => {
      const last = before
      before = sinks.map(sink => sink.stats().frames)
      return before.join() === last.join() || undefined
    })
    const done = await Promise.all(groups.map(group => doneWith(client, group)))
    const again = sinks.map((sink, at) => sink.stats().distinct - (done[at] ?? 0))
    const forwarder = chain.start('forwarder')
    await Promise.all(groups.map((group, at) => bury(client, group, dead[at] ?? [])))
    await arrives(chain)
    await eventually(
      'the relay has everything',
      () => hashesOf(relay).length === eventsOf(chain).length || undefined,
    )
    const names = [
      `"devo_1",evidence="${evidence}"`,
      `"relay",evidence="${ending === 'never' ? 'acked' : 'fin'}"`,
    ]
    await eventually('each output names its evidence', async () => {
      const samples = (await metricsOf(forwarder))('podpipe_forwarder_evidence')
      const found = samples
        .filter(({ value }) => value === 1)
        .map(({ labels }) => labels.replace('output=', ''))
      return names.every(name => found.includes(name)) || undefined
    })
    const { devo_1: devo, relay: plain } = await partsOf(forwarder)
    deepEqual([devo?.evidence, plain?.evidence], [evidence, ending === 'never' ? 'acked' : 'fin'])
    await chain.stopServices()
    // What was asked for without a look at the peer is nothing to know it by.
    const known = ending === 'never' ? {} : { evidence, peer: `tls://localhost:${chain.devo.port}` }
    for (const { metadata } of await standaloneOffsets(client, groupOf(prefix, 'forwarder-devo_1')))
      deepEqual(pick(metadata), known, 'what is known of the peer goes along with the offsets')
    const { accounting, gaps } = await accountFor(t, chain, { doublesAllowed: true })
    const { doubled, malformed, tornTails, resets } = relay.stats()
    t.diagnostic(
      `devo: resets ${chain.devo.stats().resets}, doubled ${accounting.doubled}; relay: resets ${resets}, doubled ${doubled}, torn ${tornTails}`,
    )
    deepEqual(gaps, [])
    deepEqual([hashesOf(relay), malformed], [eventsOf(chain), 0])
    // A reset repeats at most what is unconfirmed: five stretches of 1,000.
    const [ofDevo = 0, ofRelay = 0] = again.map(events => events + resetTimes * 5_000)
    ok(accounting.doubled <= ofDevo, `devo has ${accounting.doubled} events twice, more than ${ofDevo}`)
    ok(doubled <= ofRelay, `the relay has ${doubled} events twice, more than ${ofRelay}`)
  })

test('an event above the limit of an output is rejected there with its reason, and flows on to the others', async t => {
  const relay = await plainSink(t)
  const chain = await testChain(t, {
    proofpoint: { events: { message: 300, maillog: 0, audit: 0 }, oversize: 0.1 },
    moreOutputs: `    max_event_bytes: 1000KiB
  relay: {type: syslog, config: {address: 127.0.0.1, port: ${relay.port}}}
`,
  })
  for (const service of ['ingest', 'dedup', 'forwarder'] as const) chain.start(service)
  const events = await eventually('the relay has everything', () => {
    const expected = eventsOf(chain)
    return expected.length === 300 && hashesOf(relay).length === 300 ? expected : undefined
  })
  const rejected = await eventually('the rest is at Devo or rejected', async () => {
    const samples = (await metricsOf(chain.process('forwarder')))('podpipe_forwarder_events_total')
    const count = (outcome: string) =>
      samples
        .filter(({ labels }) => labels.includes('devo_1') && labels.includes(`"${outcome}"`))
        .reduce((sum, { value }) => sum + value, 0)
    return count('delivered') + count('rejected') === events.length ? count('rejected') : undefined
  })
  await chain.stopServices()
  t.diagnostic(`${rejected} of ${events.length} events were above the limit`)
  ok(rejected > 0 && rejected < events.length)
  equal(chain.devo.stats().distinct, events.length - rejected)
  deepEqual(hashesOf(relay), events)
})

test('compressed: a Devo that resets connections at random bytes gets every event, also those that are counted', async t => {
  const chain = await testChain(t, {
    proofpoint: { events: 8_000, duplicates: 0.05, multiline: 0.05 },
    devo: { resetAfterBytes: 400_000, resetTimes: 10 },
    moreOutputs: '    compression: {threshold: -1, buffer: 19500}\n',
    config: 'forwarder: {stretch_events: 500}\n',
  })
  for (const service of ['ingest', 'dedup', 'forwarder'] as const) chain.start(service)
  await arrives(chain)
  await chain.stopServices()
  const { accounting, gaps } = await accountFor(t, chain, { doublesAllowed: true })
  const { resets, malformed } = chain.devo.stats()
  t.diagnostic(`resets ${resets}, doubled ${accounting.doubled}`)
  deepEqual([gaps, malformed], [[], 0])
  ok(resets > 0)
})
