// Peers that end what is idle, as Devo's balancer does at about 30 s: we are there first, and where we are not, their
// end is noticed at once and costs nothing.

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createAuthority, createClientPair, createServerPair } from './test-certificates.ts'
import { startLoggedOutput } from './test-output.ts'
import { startSink } from './test-sink.ts'

const authority = await createAuthority()
const server = await createServerPair(authority)
const tls = { ...(await createClientPair(authority)), chain: authority.cert }

const frames = (from: number): Buffer[] =>
  Array.from({ length: 10 }, (_, n) => Buffer.from(`event ${from + n}\n`))

for (const [way, peer, settings] of [
  ['TLS', { authority, server }, { tls }],
  ['plain TCP', {}, {}],
] as const) {
  test(`${way}: the end of a peer on an idle connection is noticed at once, and the next events go over another one`, async t => {
    const sink = await startSink(t, { ...peer, behave: () => ({ leavesIdle: 1_500 }) })
    const limits = { stretchEvents: 100, stretchBytes: 1024 * 1024, stretchMs: 20 }
    const { output, log } = startLoggedOutput(t, {
      name: 'o',
      port: sink.port,
      ...settings,
      confirm: 'acked',
      limits,
    })
    for (let round = 1; round <= 2; round += 1) {
      await (await output.deliver(frames(10 * round))).confirmed
      while (output.status().connected) await sleep(5)
      equal(sink.idleEnds, round)
    }
    deepEqual([sink.order.length, sink.lines.size, output.status().resent, log], [20, 20, 0, []])
  })

  for (const [confirm, stretchMs] of [
    // The connection is kept; one stretch stands open for longer than a connection may be idle.
    ['acked', 20],
    ['acked', 200],
    // The connection ends with its stretch.
    ['closed', 200],
  ] as const)
    test(`${way}, confirm: ${confirm}, stretches of ${stretchMs} ms: no peer gets to end an idle connection`, async t => {
      const sink = await startSink(t, { ...peer, behave: () => ({ leavesIdle: 10_000 }) })
      const limits = { stretchEvents: 100, stretchBytes: 1024 * 1024, stretchMs }
      const { output, log } = startLoggedOutput(t, {
        name: 'o',
        port: sink.port,
        ...settings,
        confirm,
        limits,
        idleMs: 150,
      })
      for (let round = 1; round <= 3; round += 1) {
        await (await output.deliver(frames(10 * round))).confirmed
        while (output.status().connected) await sleep(5)
      }
      deepEqual([sink.connections, sink.order.length, output.status().resent, log], [3, 30, 0, []])
      equal(sink.idleEnds, 0)
    })
}
