// Peers that are away, or as good as away, for twice as long as a peer may be silent: everything arrives when they are
// back. FORWARDER_OUTAGE=60 makes it a minute, and the silence the 30 s that it is outside of tests.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Output, OutputStatus } from '../delivery.ts'
import { frame } from '../frames/wire.ts'
import type { PeerOutputOptions } from '../output-options.ts'
import { createAuthority, createClientPair, createServerPair } from './test-certificates.ts'
import { startLoggedOutput } from './test-output.ts'
import { type Behaviour, type Sink, startSink } from './test-sink.ts'

const authority = await createAuthority()
const server = await createServerPair(authority)
const tls = { ...(await createClientPair(authority)), chain: authority.cert }

const outageMs = Number(process.env.FORWARDER_OUTAGE ?? 1) * 1_000
const silenceMs = outageMs / 2
/** A machine that is busy for a moment must not make a slow peer a silent one. */
const slowSilenceMs = Math.max(silenceMs, 2_000)
const header = { eventTimeMs: 0, tag: 'mail.proofpoint.pod.message', host: 'h' }
const bare = frame({ ...header, payload: Buffer.alloc(0) }).length

/** A frame of so many bytes that tells its number. */
const numbered = (number: number, bytes: number): Buffer =>
  frame({ ...header, payload: Buffer.from(`${number} `.padEnd(bytes - bare, 'x')) })

const peers = [
  ['TLS, close_notify', { authority, server }, { tls }, 'clean'],
  ['TLS, a bare FIN', { authority, server }, { tls }, 'fin'],
  ['TLS, no answer', { authority, server }, { tls, confirm: 'acked' }, 'never'],
  ['plain TCP', {}, {}, 'clean'],
] as const

/** Sends everything, behind a first stretch that shows what kind of peer it is, and accounts for it. */
async function account(
  t: TestContext,
  sink: Sink,
  options: Partial<PeerOutputOptions>,
  { events = 2_000, bytes = 300, begin = (_output: Output): unknown => undefined } = {},
): Promise<OutputStatus> {
  const { output } = startLoggedOutput(t, {
    name: 'o',
    port: sink.port,
    limits: { stretchEvents: 100, stretchBytes: 64 * 1024 * 1024, stretchMs: 20 },
    silenceMs,
    random: () => 0.1,
    ...options,
  })
  const sent = new Set<string>()
  for (let from = 0; from < events; from += 100) {
    const frames = Array.from({ length: 100 }, (_, number) => numbered(from + number, bytes))
    for (const each of frames) sent.add(each.toString('latin1', 0, bytes - 1))
    const { confirmed } = await output.deliver(frames)
    if (from > 0) continue
    await confirmed
    begin(output)
  }
  await output.drain(new AbortController().signal)
  while (sink.lines.size < events) await sleep(20)
  const lost = [...sent].filter(line => !sink.lines.has(line)).length
  const changed = [...sink.lines.keys()].filter(line => !sent.has(line)).length
  const doubled = sink.order.length - sink.lines.size
  const status = output.status()
  const { stretches, resent } = status
  t.diagnostic(JSON.stringify({ sent: sent.size, lost, changed, doubled, resent, stretches }))
  deepEqual([lost, changed], [0, 0])
  ok(doubled <= resent, 'no more doubles than frames sent again')
  return status
}

test('peers that are away', { concurrency: true }, async suite => {
  const all = peers.flatMap(([way, peer, options, ending]) => [
    suite.test(`${way}: one that accepts and never reads`, async t => {
      const sink = await startSink(t, { ...peer, behave: () => ending })
      const begin = async (output: Output): Promise<void> => {
        sink.stall()
        await sleep(outageMs)
        // On a busy machine nothing may have been written yet.
        while (ending !== 'never' && output.status().stretches.timeout === 0) await sleep(20)
        sink.resume()
      }
      const { stretches } = await account(t, sink, options, { begin })
      // One that is asked for acknowledgements alone may have them all: what it did not read lies in its system.
      ok(stretches.timeout > 0 || ending === 'never')
    }),
    suite.test(`${way}: one that refuses connections`, async t => {
      const sink = await startSink(t, { ...peer, behave: () => ending })
      const begin = async (): Promise<void> => {
        await sink.close()
        await sleep(outageMs)
        await startSink(t, { ...peer, behave: () => ending, instead: sink })
      }
      const { stretches } = await account(t, sink, options, { begin })
      ok(stretches.reset + stretches.error > 0)
    }),
    suite.test(`${way}: one that reads slowly is waited for, and nothing is sent again`, async t => {
      // A stretch takes the system a moment to take, and the peer twice the silence to read.
      const bytes = 30_000
      const bytesPerSecond = (100 * bytes * 1_000) / (2 * slowSilenceMs)
      const isKept = ending === 'never'
      const behave = (connection: number): Behaviour =>
        connection === 1 && !isKept ? ending : { bytesPerSecond, ending }
      const sink = await startSink(t, { ...peer, behave })
      const { resent } = await account(
        t,
        sink,
        { ...options, silenceMs: slowSilenceMs },
        { bytes, events: isKept ? 100 : 300 },
      )
      equal(resent, 0)
    }),
  ])
  await Promise.all(all)
})
