// A reset at every byte of a frame, and a peer that does not read: nothing lost, changed or spliced.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { createLog } from '@podpipe/runtime/log.ts'
import { createPeerOutput } from './output.ts'
import { createAuthority, createClientPair, createServerPair } from './test-certificates.ts'
import { type Behaviour, startSink } from './test-sink.ts'
import { frame } from './wire.ts'

const authority = await createAuthority()
const server = await createServerPair(authority)
const client = await createClientPair(authority)
const tls = { ...client, chain: authority.cert }
const log = createLog('test', 'silent')

const header = { eventTimeMs: 0, tag: 'mail.proofpoint.pod.message', host: 'h' }
const bare = frame({ ...header, payload: Buffer.alloc(0) }).length

/** A frame of 300 bytes that tells its number. */
const numbered = (number: number): Buffer =>
  frame({ ...header, payload: Buffer.from(`${number} `.padEnd(300 - bare, 'x')) })

for (const [way, peer, settings, behaviour] of [
  ['TLS, a peer that answers with close_notify', { authority, server }, { tls }, 'clean'],
  ['TLS, a peer that answers with a bare FIN', { authority, server }, { tls }, 'fin'],
  ['plain TCP', {}, {}, 'clean'],
] as const)
  test(`${way}: a reset at every byte offset of a 300-byte frame`, async t => {
    let resets = 0
    const behave = (connection: number): Behaviour => {
      if (connection % 2 === 1 || resets === 300) return behaviour
      resets += 1
      return resets
    }
    const sink = await startSink(t, { ...peer, behave })
    const output = createPeerOutput({
      name: 'o',
      address: '127.0.0.1',
      port: sink.port,
      ...settings,
      limits: { stretchEvents: 2, stretchBytes: 1024 * 1024, stretchMs: 1_000, outstanding: 1 },
      log,
      random: () => 0,
    })
    t.after(() => output.close())
    const sent = new Set<string>()
    for (let number = 0; resets < 300 || number % 2 === 1; number += 2) {
      const frames = [numbered(number), numbered(number + 1)]
      for (const each of frames) {
        equal(each.length, 300)
        sent.add(each.toString('latin1', 0, 299))
      }
      await (await output.deliver(frames)).confirmed
    }
    const doubled = sink.order.length - sink.lines.size
    const { resent, stretches } = output.status()
    t.diagnostic(JSON.stringify({ sent: sent.size, received: sink.lines.size, doubled, resent }))
    deepEqual([...sent].filter(line => !sink.lines.has(line)).length, 0, 'lost')
    deepEqual([...sink.lines.keys()].filter(line => !sent.has(line)).length, 0, 'changed or spliced')
    equal(stretches.reset, 300)
    ok(doubled <= resent && resent <= 600)
  })

for (const [way, peer, settings] of [
  ['TLS', { authority, server }, { tls }],
  ['plain TCP', {}, {}],
] as const)
  test(`${way}: a known peer that accepts and never reads for long gets everything when it reads again`, async t => {
    // Ten times the time in which a peer may be silent, which is 30 s outside of tests.
    const silenceMs = 100
    let deafUntil = Number.POSITIVE_INFINITY
    let deaf = 0
    const behave = (connection: number): Behaviour => {
      if (connection === 1 || performance.now() > deafUntil) return 'clean'
      if (deaf === 0) deafUntil = performance.now() + 10 * silenceMs
      deaf += 1
      return 'deaf'
    }
    const sink = await startSink(t, { ...peer, behave })
    const output = createPeerOutput({
      name: 'o',
      address: '127.0.0.1',
      port: sink.port,
      ...settings,
      limits: { stretchEvents: 100, stretchBytes: 1024 * 1024, stretchMs: 20 },
      silenceMs,
      log,
      random: () => 0.1,
    })
    t.after(() => output.close())
    for (let from = 0; from < 2_000; from += 100) {
      const frames = Array.from({ length: 100 }, (_, number) => numbered(from + number))
      const { confirmed } = await output.deliver(frames)
      // The first shows that the peer answers; the others queue up behind it.
      if (from === 0) await confirmed
    }
    await output.drain(new AbortController().signal)
    const lost = Array.from({ length: 2_000 }, (_, number) =>
      numbered(number).toString('latin1', 0, 299),
    ).filter(line => !sink.lines.has(line))
    const { stretches, evidence } = output.status()
    t.diagnostic(JSON.stringify({ deaf, lost: lost.length, stretches }))
    ok(deaf > 1 && stretches.timeout > 1)
    equal(lost.length, 0)
    ok(evidence === 'close_notify' || evidence === 'fin')
  })
