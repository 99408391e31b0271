// How many connections an output has at once.

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startLoggedOutput } from './test-output.ts'
import { startSink } from './test-sink.ts'

const stretch = 10

for (const outstanding of [1, 2, 8])
  test(`with ${outstanding} connections as many stretches are on their way, and one more is accepted`, async t => {
    // A peer that never answers: nothing ends, and nothing changes any more once all is written.
    const sink = await startSink(t, { behave: () => 'never' })
    const { output } = startLoggedOutput(t, {
      name: 'o',
      port: sink.port,
      confirm: 'closed',
      limits: { stretchEvents: stretch, stretchBytes: 1024 * 1024, stretchMs: 60_000, outstanding },
      silenceMs: 60_000,
    })
    const accepted = (outstanding + 1) * stretch
    for (let at = 0; at < accepted; at += stretch)
      await output.deliver(Array.from({ length: stretch }, (_, n) => Buffer.from(`event ${at + n}\n`)))
    let isTaken = false
    const more = output.deliver([Buffer.from('more\n')]).then(
      () => {
        isTaken = true
      },
      () => undefined,
    )
    while (sink.order.length < outstanding * stretch) await sleep(5)
    await sleep(20)
    deepEqual([sink.connections, sink.order.length, isTaken], [outstanding, outstanding * stretch, false])
    equal(output.status().unconfirmedFrames, accepted)
    await output.close()
    await more
  })

test('with one connection events arrive in order, a reset of every other one and all', async t => {
  const behave = (connection: number) => (connection % 2 === 0 ? 40 : 'clean')
  const sink = await startSink(t, { behave })
  const { output } = startLoggedOutput(t, {
    name: 'o',
    port: sink.port,
    limits: { stretchEvents: stretch, stretchBytes: 1024 * 1024, stretchMs: 60_000, outstanding: 1 },
  })
  const confirmed: Promise<void>[] = []
  for (let at = 0; at < 500; at += 5)
    confirmed.push(
      (await output.deliver(Array.from({ length: 5 }, (_, n) => Buffer.from(`event ${at + n}\n`)))).confirmed,
    )
  await Promise.all(confirmed)
  // A map keeps the order in which each came for the first time.
  deepEqual(
    [...sink.lines.keys()],
    Array.from({ length: 500 }, (_, event) => `event ${event}`),
  )
  equal(output.status().stretches.reset > 10, true)
})
