// Each kind of peer as a main path: detected within one stretch, named, and with nothing lost, whatever drops.

import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Confirm } from '@podpipe/runtime/config/config.ts'
import { randomFrom } from '@podpipe/runtime/test-random.ts'
import type { Output } from '../delivery.ts'
import { noteOf, peerName } from '../evidence/acquaintance.ts'
import type { PeerOutputOptions } from '../output-options.ts'
import { createAuthority, createClientPair, createServerPair } from './test-certificates.ts'
import { type LoggedOutput, startLoggedOutput } from './test-output.ts'
import { type Behaviour, type Sink, startSink } from './test-sink.ts'

const authority = await createAuthority()
const server = await createServerPair(authority)
const client = await createClientPair(authority)
const tls = { ...client, chain: authority.cert }
/** FORWARDER_DROPS=300 takes half a minute for each kind of peer. */
const drops = Number(process.env.FORWARDER_DROPS ?? 30)

const limits = { stretchEvents: 200, stretchBytes: 1024 * 1024, stretchMs: 50 }

const startOutput = (t: TestContext, port: number, options: Partial<PeerOutputOptions>): LoggedOutput =>
  startLoggedOutput(t, { name: 'o', port, limits, silenceMs: 5_000, ...options })

/** @param bytes the least that an event is padded to */
async function deliverAll(output: Output, from: number, to: number, bytes = 0): Promise<void> {
  const confirmed: Promise<void>[] = []
  for (let at = from; at < to; at += 100) {
    const frames = Array.from({ length: Math.min(100, to - at) }, (_, n) =>
      Buffer.from(`event ${at + n}${' '.repeat(bytes)}\n`),
    )
    confirmed.push((await output.deliver(frames)).confirmed)
  }
  await Promise.all(confirmed)
}

const lostOf = (sink: Sink, sent: number): number =>
  lost(sent, new Set([...sink.lines.keys()].map(line => line.trimEnd())))

const lost = (sent: number, received: ReadonlySet<string>): number =>
  Array.from({ length: sent }, (_, event) => `event ${event}`).filter(line => !received.has(line)).length

async function until(isSo: () => boolean): Promise<void> {
  for (const end = performance.now() + 10_000; !isSo(); await sleep(5))
    ok(performance.now() < end, 'not within 10 s')
}

/** What an output has noted that has come to know a peer which never answers. */
const notedMute = (secure: boolean, port: number): string =>
  noteOf(peerName(secure, '127.0.0.1', port), { evidence: 'acked', since: 0, last: 0, times: 1 })

for (const [way, peer, behaviour, answer] of [
  ['TLS', { authority, server }, 'clean', 'close_notify'],
  ['TLS', { authority, server }, 'fin', 'bare_fin'],
  ['TLS', { authority, server }, 'never', 'silence'],
  ['plain TCP', {}, 'clean', 'fin'],
  ['plain TCP', {}, 'never', 'silence'],
] as const)
  for (const confirm of ['auto', 'closed'] as const)
    test(`confirm: ${confirm}, ${way}: how a peer that does "${behaviour}" answers is known by name behind its first stretch`, async t => {
      const sink = await startSink(t, { ...peer, behave: () => behaviour })
      const { output } = startOutput(t, sink.port, {
        ...(way === 'TLS' && { tls }),
        confirm,
        silenceMs: 300,
        // What fails is tried again after a long pause: only the first stretch can be what is known.
        random: () => 1e6,
      })
      equal(output.status().answer, undefined)
      const { confirmed } = await output.deliver([Buffer.from('event 0\n')])
      await until(() => output.status().answer !== undefined)
      const { answer: seen, evidence } = output.status()
      deepEqual([seen, sink.connections], [answer, 1])
      // To know how it answers is not to take it for proof: silence may be that of a peer that hangs.
      const isProof = answer !== 'silence' && !(confirm === 'closed' && answer === 'bare_fin')
      equal(evidence, isProof ? answer : 'none yet')
      if (isProof) await confirmed
      else equal(output.status().unconfirmedFrames, 1)
    })

test('a peer that answers otherwise is known for its newest answer', async t => {
  const behave = (connection: number): Behaviour => (connection === 2 ? 'fin' : 'clean')
  const sink = await startSink(t, { authority, server, behave })
  const { output } = startOutput(t, sink.port, { tls })
  for (const answer of ['close_notify', 'bare_fin', 'close_notify']) {
    const { confirmed } = await output.deliver([Buffer.from(`event ${answer}\n`)])
    await until(() => output.status().answer === answer)
    if (answer === 'close_notify') await confirmed
  }
})

for (const [way, peer, behaviour, evidence, level] of [
  ['TLS', { authority, server }, 'clean', 'close_notify', 30],
  ['TLS', { authority, server }, 'fin', 'bare_fin', 40],
  ['TLS', { authority, server }, 'never', 'acked', 40],
  ['plain TCP', {}, 'clean', 'fin', 30],
  ['plain TCP', {}, 'never', 'acked', 40],
] as const) {
  const options = way === 'TLS' ? { tls } : {}
  const isMute = behaviour === 'never'

  test(`${way}: a peer that does "${behaviour}"${isMute ? ' and is known for it' : ''} is confirmed by ${evidence} from its first stretch on, without a double`, async t => {
    const sink = await startSink(t, { ...peer, behave: () => behaviour })
    const { output, news } = startOutput(t, sink.port, { ...options, silenceMs: 300 })
    if (isMute) output.recall(notedMute(way === 'TLS', sink.port))
    await deliverAll(output, 0, 3_000)
    await deliverAll(output, 3_000, 6_000)
    deepEqual([sink.order.length, lostOf(sink, 6_000), output.status().resent], [6_000, 0, 0])
    const { evidence: named, confirmed } = output.status()
    deepEqual([named, confirmed[evidence]], [evidence, 6_000])
    deepEqual([news.length, news[0]?.level], [1, level])
    match(news[0]?.msg ?? '', new RegExp(`confirmed by ${evidence}: `))
    // Where nobody answers, a connection for each stretch would pile up at the peer.
    if (isMute) ok(sink.connections <= 6, `${sink.connections} connections`)
  })

  test(`${way}: a peer that does "${behaviour}" and resets ${drops} times at a random byte loses nothing`, async t => {
    const seed = Math.floor(Math.random() * 2 ** 31)
    const random = randomFrom(seed)
    let resets = 0
    const behave = (connection: number): Behaviour => {
      // The first connection shows what kind of peer it is.
      if (resets === drops || connection % 2 === 1) return behaviour
      resets += 1
      return 1 + Math.floor(random() * 2_000)
    }
    const sink = await startSink(t, { ...peer, behave })
    const { output } = startOutput(t, sink.port, { ...options, silenceMs: 300, rotateMs: 20 })
    if (isMute) output.recall(notedMute(way === 'TLS', sink.port))
    await deliverAll(output, 0, 100)
    let sent = 100
    for (; sent < 20_100 || (resets < drops && drops > 30); sent += 1_000)
      await deliverAll(output, sent, sent + 1_000)
    const { resent, confirmed } = output.status()
    const doubled = sink.order.length - sink.lines.size
    t.diagnostic(JSON.stringify({ seed, resets, lost: lostOf(sink, sent), doubled, resent, confirmed }))
    // A peer that resets drops what it has acknowledged and not read. With "acked" that can be a loss.
    if (evidence !== 'acked') equal(lostOf(sink, sent), 0, `seed ${seed}`)
    ok(doubled <= resent)
  })
}

for (const [way, peer, options] of [
  ['TLS', { authority, server }, { tls }],
  ['plain TCP', {}, {}],
] as const)
  test(`${way}: a peer that never answers and of which nothing is known is confirmed by acked once it was seen to read`, async t => {
    const sink = await startSink(t, { ...peer, behave: () => 'never' })
    const { output, news } = startOutput(t, sink.port, { ...options, silenceMs: 300 })
    await deliverAll(output, 0, 20_000, 1_000)
    const { evidence, confirmed, resent } = output.status()
    deepEqual([evidence, confirmed.acked, news.length, news[0]?.level], ['acked', 20_000, 1, 40])
    deepEqual([lostOf(sink, 20_000), sink.order.length - sink.lines.size <= resent], [0, true])
    t.diagnostic(JSON.stringify({ connections: sink.connections, resent }))
    // The stretches of the first ends without an answer, and an event for each time it was asked with little.
    ok(resent <= 4 * limits.stretchEvents + 10, `${resent} sent again`)
    match(output.note(), /"evidence":"acked"/)
  })

test('a peer known for close_notify that dies once with a bare FIN is not believed', async t => {
  const behave = (connection: number): Behaviour => (connection === 2 ? 'fin' : 'clean')
  const sink = await startSink(t, { authority, server, behave })
  const { output, news } = startOutput(t, sink.port, { tls })
  await deliverAll(output, 0, 100)
  await deliverAll(output, 100, 200)
  deepEqual([output.status().resent, output.status().confirmed.bare_fin, news.length], [100, 0, 1])
  equal(lostOf(sink, 200), 0)
})

test('a peer that begins to answer is confirmed by the stronger evidence from then on', async t => {
  const behave = (connection: number): Behaviour => (connection === 1 ? 'never' : 'clean')
  const sink = await startSink(t, { authority, server, behave })
  const { output, news } = startOutput(t, sink.port, { tls, silenceMs: 300, idleMs: 20 })
  output.recall(notedMute(true, sink.port))
  await deliverAll(output, 0, 100)
  equal(output.status().evidence, 'acked')
  // The first connection may take more than one stretch before it is idle for long enough.
  let sent = 100
  for (; output.status().evidence !== 'close_notify'; sent += 100) {
    await deliverAll(output, sent, sent + 100)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  await deliverAll(output, sent, sent + 100)
  deepEqual(
    news.map(({ level }) => level),
    [40, 30],
  )
  deepEqual([sink.order.length, output.status().confirmed.close_notify], [sent + 100, 100])
})

test('a peer that begins to answer while a stretch goes by its acknowledgements: that one is confirmed by them', async t => {
  const sink = await startSink(t, { authority, server })
  // Each stretch has a connection of its own, and the one before is ended meanwhile: its answer comes first.
  const { output } = startOutput(t, sink.port, { tls, rotateMs: 1 })
  output.recall(notedMute(true, sink.port))
  await deliverAll(output, 0, 100)
  await deliverAll(output, 100, 200)
  equal(output.status().confirmed.acked, 200)
  await deliverAll(output, 200, 300)
  const { evidence, confirmed, resent } = output.status()
  deepEqual([evidence, confirmed.close_notify, resent, sink.order.length], ['close_notify', 100, 0, 300])
})

for (const [confirm, evidence] of [
  ['acked', 'acked'],
  ['written', 'written'],
] satisfies [Confirm, string][])
  test(`confirm: ${confirm} never waits for an answer, keeps its connection, and warns once`, async t => {
    const sink = await startSink(t, { authority, server })
    const { output, news } = startOutput(t, sink.port, { tls, confirm })
    await deliverAll(output, 0, 5_000)
    const status = output.status()
    deepEqual(
      [status.evidence, status.confirmed[evidence as 'acked'], sink.connections],
      [evidence, 5_000, 1],
    )
    deepEqual([news.length, news[0]?.level], [1, 40])
    match(news[0]?.msg ?? '', /lost/)
    while (sink.order.length < 5_000) await new Promise(resolve => setTimeout(resolve, 5))
    equal(lostOf(sink, 5_000), 0)
  })

test('confirm: acked waits for a peer whose buffers are full, and written does not', async t => {
  const sink = await startSink(t, { authority, server, behave: () => 'deaf' })
  const big = [Buffer.alloc(12 * 1024 * 1024, 'x')]
  const wide = { stretchEvents: 10, stretchBytes: 64 * 1024 * 1024, stretchMs: 20 }
  const { output } = startOutput(t, sink.port, { tls, confirm: 'acked', limits: wide, silenceMs: 400 })
  await output.deliver(big)
  while (output.status().stretches.timeout === 0) await new Promise(resolve => setTimeout(resolve, 20))
  equal(output.status().confirmed.acked, 0)
})

test('what acked can lose, as docs/confirmation.md says: bytes that a peer has acknowledged and not read when it dies', async t => {
  const sink = await startSink(t, { authority, server, behave: n => (n === 1 ? 'deaf' : 'clean') })
  const { output } = startOutput(t, sink.port, { tls, confirm: 'acked' })
  await deliverAll(output, 0, 100)
  await output.close()
  equal(lostOf(sink, 100), 100)
})
