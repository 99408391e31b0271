// Peers that end what is idle, as Devo's balancer does at about 30 s: we are there first, and where we are not, their
// end is noticed at once and costs nothing.

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Output } from '../delivery.ts'
import { createAuthority, createClientPair, createServerPair } from './test-certificates.ts'
import { startLoggedOutput } from './test-output.ts'
import { startSink } from './test-sink.ts'

const authority = await createAuthority()
const server = await createServerPair(authority)
const tls = { ...(await createClientPair(authority)), chain: authority.cert }

/** Delivers ten events, and waits until no connection is left. */
async function deliverAndRest(output: Output, round: number): Promise<void> {
  const frames = Array.from({ length: 10 }, (_, n) => Buffer.from(`event ${10 * round + n}\n`))
  await (await output.deliver(frames)).confirmed
  while (output.status().connected) await sleep(5)
}

const ways = [
  ['TLS', { authority, server }, { tls }],
  ['plain TCP', {}, {}],
] as const
const stretchesOf = (stretchMs: number) => ({ stretchEvents: 100, stretchBytes: 1024 * 1024, stretchMs })
const name = 'o'

// Side by side: each of them mostly waits.
test('the end of a peer on an idle connection is noticed at once, and the next events go over another one', {
  concurrency: true,
}, async suite => {
  const all = ways.map(([way, peer, settings]) =>
    suite.test(way, async t => {
      const sink = await startSink(t, { ...peer, behave: () => ({ leavesIdle: 1_500 }) })
      const options = {
        name,
        port: sink.port,
        ...settings,
        confirm: 'acked',
        limits: stretchesOf(20),
      } as const
      const { output, log } = startLoggedOutput(t, options)
      for (const round of [1, 2]) {
        await deliverAndRest(output, round)
        equal(sink.idleEnds, round)
      }
      deepEqual([sink.order.length, sink.lines.size, output.status().resent, log], [20, 20, 0, []])
    }),
  )
  await Promise.all(all)
})

test('no peer gets to end an idle connection', { concurrency: true }, async suite => {
  const manners = [
    // The connection is kept; one stretch stands open for longer than a connection may be idle.
    ['acked', 20],
    ['acked', 200],
    // The connection ends with its stretch.
    ['closed', 200],
  ] as const
  const all = ways.flatMap(([way, peer, settings]) =>
    manners.map(([confirm, stretchMs]) =>
      suite.test(`${way}, confirm: ${confirm}, stretches of ${stretchMs} ms`, async t => {
        const sink = await startSink(t, { ...peer, behave: () => ({ leavesIdle: 10_000 }) })
        const options = { name, port: sink.port, ...settings, confirm, limits: stretchesOf(stretchMs) }
        const { output, log } = startLoggedOutput(t, { ...options, idleMs: 150 })
        for (const round of [1, 2, 3]) await deliverAndRest(output, round)
        deepEqual([sink.connections, sink.order.length, output.status().resent, log], [3, 30, 0, []])
        equal(sink.idleEnds, 0)
      }),
    ),
  )
  await Promise.all(all)
})
