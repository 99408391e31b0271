// How much an output accepts before it has proof, and who waits for room.

import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { createAuthority, createClientPair, createServerPair } from './test-certificates.ts'
import { startLoggedOutput } from './test-output.ts'
import { startSink } from './test-sink.ts'

const authority = await createAuthority()
const server = await createServerPair(authority)
const tls = { ...(await createClientPair(authority)), chain: authority.cert }

const batch = (from: number, to: number): Buffer[] =>
  Array.from({ length: to - from }, (_, index) => Buffer.from(`event ${from + index}\n`))

test('deliver waits while the limits are reached, and memory stays within them', async t => {
  const behaviour = Promise.withResolvers<void>()
  const sink = await startSink(t, { authority, server, behave: n => (n <= 3 ? 'never' : 'clean') })
  const { output } = startLoggedOutput(t, {
    name: 'o',
    port: sink.port,
    tls,
    limits: { stretchEvents: 100, stretchBytes: 1024 * 1024, stretchMs: 50, outstanding: 2 },
    silenceMs: 300,
    confirm: 'closed',
  })
  let taken = 0
  let highest = 0
  // Four callers at once, as partitions are.
  const all = Promise.all(
    [0, 500, 1000, 1500].map(async first => {
      const confirmed: Promise<void>[] = []
      for (let from = first; from < first + 500; from += 50) {
        const delivery = await output.deliver(batch(from, from + 50))
        taken += 50
        highest = Math.max(highest, output.status().unconfirmedFrames)
        if (output.status().unconfirmedFrames >= 300) behaviour.resolve()
        confirmed.push(delivery.confirmed)
      }
      await Promise.all(confirmed)
    }),
  )
  await behaviour.promise
  // Three stretches of 100 may be retained, and a delivery that found room for its first frame.
  ok(taken <= 350, `${taken} frames were taken`)
  await all
  ok(highest <= 350, `${highest} frames were retained when a call came back`)
  equal(batch(0, 2000).filter(line => !sink.lines.has(line.toString().trimEnd())).length, 0)
})

test('what is not confirmed stays within maxBufferedBytes, but for one delivery', async t => {
  const sink = await startSink(t, { authority, server, behave: () => 'never' })
  const { output } = startLoggedOutput(t, {
    name: 'o',
    port: sink.port,
    tls,
    limits: { stretchEvents: 1000, stretchBytes: 1024 * 1024, stretchMs: 50, maxBufferedBytes: 2_000 },
  })
  const thousandBytes = [Buffer.alloc(1_000, 'x')]
  for (const _ of [1, 2]) await output.deliver(thousandBytes)
  let isTaken = false
  const third = output.deliver(thousandBytes).then(() => {
    isTaken = true
  })
  await new Promise(resolve => setImmediate(resolve))
  deepEqual([isTaken, output.status().unconfirmedBytes], [false, 2_000])
  await output.close()
  await rejects(third, /is closed/)
})

test('who is given up while it waits for room waits no longer, and nothing of it is sent', async t => {
  const sink = await startSink(t, { authority, server, behave: n => (n <= 2 ? 'never' : 'clean') })
  const limits = { stretchEvents: 100, stretchBytes: 1024 * 1024, stretchMs: 50, outstanding: 1 }
  const { output } = startLoggedOutput(t, {
    name: 'o',
    port: sink.port,
    tls,
    limits,
    silenceMs: 300,
    confirm: 'closed',
  })
  const { confirmed } = await output.deliver(batch(0, 200))
  const moved = new Error('the partition is given up')
  const stopping = new AbortController()
  const waiting = output.deliver(batch(200, 300), stopping.signal)
  const staying = output.deliver(batch(300, 400), new AbortController().signal)
  stopping.abort(moved)
  await rejects(waiting, moved)
  await confirmed
  await (await staying).confirmed
  // One that was given up before it came does not even wait.
  await rejects(output.deliver(batch(200, 300), stopping.signal), moved)
  equal(sink.lines.size, 300)
})
