// A peer that hangs at first contact and comes back: nothing that it was sent meanwhile may be missing.

import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createAuthority, createClientPair, createServerPair } from './test-certificates.ts'
import { startLoggedOutput } from './test-output.ts'
import { startSink } from './test-sink.ts'

const authority = await createAuthority()
const server = await createServerPair(authority)
const client = await createClientPair(authority)

for (const [way, peer, tls] of [
  ['TLS', { authority, server }, { tls: { ...client, chain: authority.cert } }],
  ['plain TCP', {}, {}],
] as const) {
  test(`${way}: a peer that hangs from the first stretch on and then reads on has everything, whatever was taken for proof`, async t => {
    const sink = await startSink(t, { ...peer })
    sink.stall()
    const { output } = startLoggedOutput(t, {
      name: 'o',
      port: sink.port,
      limits: { stretchEvents: 50, stretchBytes: 1024 * 1024, stretchMs: 20 },
      silenceMs: 200,
      ...tls,
    })
    const sent: string[] = []
    for (let round = 0; round < 10; round++) {
      const lines = Array.from({ length: 20 }, (_, n) => `event ${round} ${n} ${'x'.repeat(300)}`)
      sent.push(...lines)
      const { confirmed } = await output.deliver(lines.map(line => Buffer.from(`${line}\n`)))
      await Promise.race([confirmed, sleep(600)])
    }
    sink.resume()
    await output.drain(AbortSignal.timeout(20_000))
    await sleep(300)
    deepEqual(
      sent.filter(line => !sink.lines.has(line)).map(line => line.slice(0, 12)),
      [],
    )
  })
}
