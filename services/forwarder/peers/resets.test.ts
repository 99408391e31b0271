// A reset at every byte of a frame: nothing lost, changed or spliced.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { createLog } from '@podpipe/runtime/log.ts'
import { frame } from '../frames/wire.ts'
import { createPeerOutput } from '../output.ts'
import { createAuthority, createClientPair, createServerPair } from './test-certificates.ts'
import { type Behaviour, startSink } from './test-sink.ts'

const authority = await createAuthority()
const server = await createServerPair(authority)
const client = await createClientPair(authority)
const tls = { ...client, chain: authority.cert }
const log = createLog('test', 'silent')

const header = { eventTimeMs: 0, tag: 'mail.proofpoint.pod.message', host: 'h' }
const bare = frame({ ...header, payload: Buffer.alloc(0) }).length

/** A frame of so many bytes that tells its number. */
const numbered = (number: number, bytes: number): Buffer =>
  frame({ ...header, payload: Buffer.from(`${number} `.padEnd(bytes - bare, 'x')) })

// Where a stretch is confirmed by acknowledgements the system is asked for them, which takes it milliseconds each time.
for (const [way, bytes, peer, settings, behaviour] of [
  ['TLS, a peer that answers with close_notify', 300, { authority, server }, { tls }, 'clean'],
  ['TLS, a peer that answers with a bare FIN', 100, { authority, server }, { tls }, 'fin'],
  ['plain TCP', 100, {}, {}, 'clean'],
] as const)
  test(`${way}: a reset at every byte offset of a ${bytes}-byte frame`, async t => {
    let resets = 0
    const behave = (connection: number): Behaviour => {
      if (connection % 2 === 1 || resets === bytes) return behaviour
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
    for (let number = 0; resets < bytes || number % 2 === 1; number += 2) {
      const frames = [numbered(number, bytes), numbered(number + 1, bytes)]
      for (const each of frames) {
        equal(each.length, bytes)
        sent.add(each.toString('latin1', 0, bytes - 1))
      }
      await (await output.deliver(frames)).confirmed
    }
    const doubled = sink.order.length - sink.lines.size
    const { resent, stretches } = output.status()
    t.diagnostic(JSON.stringify({ sent: sent.size, received: sink.lines.size, doubled, resent }))
    deepEqual([...sent].filter(line => !sink.lines.has(line)).length, 0, 'lost')
    deepEqual([...sink.lines.keys()].filter(line => !sent.has(line)).length, 0, 'changed or spliced')
    equal(stretches.reset, bytes)
    ok(doubled <= resent && resent <= 2 * bytes)
  })
