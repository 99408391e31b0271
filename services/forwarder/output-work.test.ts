// The output at work and at its end, against a real TLS sink: how it compresses, drains and closes.

import { deepEqual, equal, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { startSink } from './peers/test-sink.ts'
import { account, authority, batch, limits, server, startOutput } from './test-tls-output.ts'

for (const [threshold, isCompressed] of [
  [-1, [true, true]],
  [0.5, [false, true]],
  [1.1, [false, false]],
] as const)
  test(`a threshold of ${threshold} compresses ${isCompressed.join(' and ')} when little and when much is waiting`, async t => {
    const sink = await startSink(t, { authority, server })
    const { output } = startOutput(t, sink.port, {
      limits: { stretchEvents: 100, stretchBytes: 1024 * 1024, stretchMs: 50, outstanding: 1 },
      compression: { threshold, level: 6, bufferBytes: 51_200 },
    })
    // Room for 200: ten are a twentieth of it, and 200 are all.
    const lines = (from: number, to: number) => batch(from, to).map(bytes => Buffer.from(`<14>${bytes}`))
    await (await output.deliver(lines(0, 10))).confirmed
    const few = !sink.lines.has('<14>event 0')
    await (await output.deliver(lines(10, 210))).confirmed
    const many = !sink.lines.has('<14>event 11')
    deepEqual([few, many], [...isCompressed])
  })

test('a frame bigger than a stretch has one to itself', async t => {
  const sink = await startSink(t, { authority, server })
  const { output } = startOutput(t, sink.port, {
    limits: { stretchEvents: 100, stretchBytes: 10_000, stretchMs: 50 },
  })
  const big = Buffer.from(`${'x'.repeat(3_000_000)}\n`)
  const { confirmed } = await output.deliver([Buffer.from('before\n'), big, Buffer.from('after\n')])
  await confirmed
  // The stretches behind it do not wait for it, so the last may arrive first.
  deepEqual(sink.order.map(line => line.length).sort(), [3_000_000, 5, 6])
  equal(output.status().stretches.clean, 3)
})

test('drain ends the open stretch now, also for what is delivered meanwhile', async t => {
  const sink = await startSink(t, { authority, server })
  const { output } = startOutput(t, sink.port, { limits: { ...limits, stretchMs: 3_600_000 } })
  await output.deliver(batch(0, 10))
  const drained = output.drain(new AbortController().signal)
  await output.deliver(batch(10, 20))
  await drained
  equal(output.status().unconfirmedFrames < 20, true)
  await output.drain(new AbortController().signal)
  deepEqual([output.status().unconfirmedFrames, account(sink, 20).lost], [0, 0])
})

test('drain gives up when its signal fires, and the frames are still there', async t => {
  const sink = await startSink(t, { authority, server, behave: () => 'never' })
  const { output } = startOutput(t, sink.port)
  await output.deliver(batch(0, 10))
  await output.drain(AbortSignal.timeout(200))
  equal(output.status().unconfirmedFrames, 10)
})

test('close during connect rejects what is unconfirmed and what comes later', async t => {
  const sink = await startSink(t, { authority, server })
  const { output } = startOutput(t, sink.port)
  const { confirmed } = await output.deliver(batch(0, 10))
  await output.close()
  await rejects(confirmed, /is closed/)
  await rejects(output.deliver(batch(10, 20)), /is closed/)
  equal(output.status().connected, false)
})

test('without frames there is no connection', async t => {
  const sink = await startSink(t, { authority, server })
  const { output } = startOutput(t, sink.port)
  await (await output.deliver([])).confirmed
  await output.drain(new AbortController().signal)
  equal(sink.connections, 0)
})
