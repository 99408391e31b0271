// A peer that hangs at first contact and comes back: nothing that it was sent meanwhile may be missing.

import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Output } from '../delivery.ts'
import { createAuthority, createClientPair, createServerPair } from './test-certificates.ts'
import { startLoggedOutput } from './test-output.ts'
import { type Sink, startSink } from './test-sink.ts'

const authority = await createAuthority()
const server = await createServerPair(authority)
const client = await createClientPair(authority)

/** Delivers four batches, the peer silent for longer than it may be behind the most of them. */
async function deliverAll(output: Output): Promise<string[]> {
  const sent: string[] = []
  for (let round = 0; round < 4; round++) {
    const lines = Array.from({ length: 20 }, (_, n) => `event ${round} ${n} ${'x'.repeat(300)}`)
    sent.push(...lines)
    const { confirmed } = await output.deliver(lines.map(line => Buffer.from(`${line}\n`)))
    await Promise.race([confirmed, sleep(600)])
  }
  return sent
}

for (const [way, peer, tls] of [
  ['TLS', { authority, server }, { tls: { ...client, chain: authority.cert } }],
  ['plain TCP', {}, {}],
] as const) {
  const settings = {
    name: 'o',
    limits: { stretchEvents: 50, stretchBytes: 1024 * 1024, stretchMs: 20 },
    silenceMs: 200,
    ...tls,
  }

  test(`${way}: a peer that hangs from the first stretch on and then reads on has everything`, async t => {
    const sink = await startSink(t, { ...peer })
    sink.stall()
    const { output } = startLoggedOutput(t, { ...settings, port: sink.port })
    const sent = await deliverAll(output)
    sink.resume()
    await output.drain(AbortSignal.timeout(20_000))
    deepEqual(missing(sent, sink), [])
  })

  test(`${way}: a peer that hangs from the first stretch on and then dies with all of it unread has everything once it is back`, async t => {
    const sink = await startSink(t, { ...peer })
    sink.stall()
    const { output } = startLoggedOutput(t, { ...settings, port: sink.port })
    const sent = await deliverAll(output)
    await sink.close()
    await startSink(t, { ...peer, instead: sink })
    await output.drain(AbortSignal.timeout(20_000))
    deepEqual(missing(sent, sink), [])
  })
}

const missing = (sent: readonly string[], sink: Sink): string[] =>
  sent.filter(line => !sink.lines.has(line)).map(line => line.slice(0, 12))
