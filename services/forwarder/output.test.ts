// Nothing lost, whatever the peer does: the output against a real TLS sink with faults.

import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { randomFrom } from '@podpipe/runtime/test-random.ts'
import { createAuthority, createClientPair } from './peers/test-certificates.ts'
import { type Behaviour, startSink } from './peers/test-sink.ts'
import {
  account,
  authority,
  batch,
  client,
  deliverAll,
  limits,
  server,
  startOutput,
} from './test-tls-output.ts'

test('events arrive once, over resumed sessions, and the status says so', async t => {
  const sink = await startSink(t, { authority, server })
  const { output, log, news } = startOutput(t, sink.port)
  await deliverAll(output, 5000)
  const { sent, lost, doubled } = account(sink, 5000)
  deepEqual({ sent, lost, doubled }, { sent: 5000, lost: 0, doubled: 0 })
  const { stretches, connected, confirmed, ...rest } = output.status()
  deepEqual(confirmed, { close_notify: 5000, fin: 0, bare_fin: 0, acked: 0, written: 0 })
  deepEqual(rest, {
    unconfirmedFrames: 0,
    unconfirmedBytes: 0,
    resent: 0,
    evidence: 'close_notify',
    answer: 'close_notify',
  })
  equal(stretches.clean, sink.connections)
  ok(sink.connections >= 10, 'no stretch holds more than 500 events')
  ok(sink.resumed > 0)
  deepEqual(log, [])
  deepEqual([news.length, news[0]?.level], [1, 30])
  match(news[0]?.msg ?? '', /confirmed by close_notify: /)
})

test('no event is lost over 20 random resets', async t => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const random = randomFrom(seed)
  let resets = 0
  const behave = (connection: number): Behaviour => {
    // Every other connection, so that stretches get through in between.
    if (resets === 20 || connection % 2 === 0) return 'clean'
    resets += 1
    // In mid-stream (a stretch has at least 4,000 bytes), or when all is read and the answer is due.
    return random() < 0.25 ? 'reset' : 1 + Math.floor(random() * 3500)
  }
  const sink = await startSink(t, { authority, server, behave })
  const { output, log } = startOutput(t, sink.port)
  await deliverAll(output, 20_000)
  const accounting = account(sink, 20_000)
  const { resent, stretches } = output.status()
  t.diagnostic(JSON.stringify({ seed, resets, ...accounting, resent, stretches }))
  equal(accounting.lost, 0, `seed ${seed}`)
  equal(stretches.reset, 20)
  ok(accounting.doubled <= resent, 'no more doubles than frames sent again')
  ok(log.some(({ msg }) => msg.includes('works again')))
})

for (const [behaviour, counter, pattern] of [
  ['fin', 'bareFin', /bare TCP FIN and no TLS close_notify.*sent again.*confirm: auto/],
  ['reset', 'reset', /ECONNRESET/],
  ['never', 'timeout', /did not answer our half-close within 500 ms/],
  ['deaf', 'timeout', /within 500 ms|took no byte/],
  ['leave', 'error', /ended the connection by itself/],
  ['hang_up', 'reset', /ECONNRESET|EPIPE/],
] as const)
  test(`confirm: closed: a stretch whose peer does "${behaviour}" is not confirmed and all of it is sent again`, async t => {
    const sink = await startSink(t, {
      authority,
      server,
      behave: connection => (connection === 1 ? behaviour : 'clean'),
    })
    const { output, log } = startOutput(t, sink.port, {
      confirm: 'closed',
      silenceMs: counter === 'timeout' ? 500 : 10_000,
    })
    await deliverAll(output, 300)
    equal(account(sink, 300).lost, 0)
    const { stretches, failing } = output.status()
    deepEqual([stretches[counter], stretches.clean, failing], [1, 1, undefined])
    deepEqual([log.length, log[1]?.level], [2, 30])
    match(log[0]?.msg ?? '', pattern)
  })

test('confirm: closed: a peer that leaves out its close_notify now and then has some twice, and the flow goes on', async t => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const random = randomFrom(seed)
  const behave = (): Behaviour => (random() < 0.1 ? 'fin' : 'clean')
  const sink = await startSink(t, { authority, server, behave })
  const { output } = startOutput(t, sink.port, {
    confirm: 'closed',
    limits: { ...limits, stretchEvents: 50 },
  })
  await deliverAll(output, 5_000)
  const accounting = account(sink, 5_000)
  const { resent, stretches, confirmed } = output.status()
  t.diagnostic(JSON.stringify({ seed, ...accounting, resent, stretches }))
  deepEqual([accounting.lost, accounting.doubled, confirmed.close_notify], [0, resent, 5_000], `seed ${seed}`)
  ok(stretches.bareFin > 0, `seed ${seed}`)
})

test('what failed is sent before what was accepted later', async t => {
  const sink = await startSink(t, {
    authority,
    server,
    behave: connection => (connection === 1 ? 'hang_up' : 'clean'),
  })
  const { output } = startOutput(t, sink.port, { limits: { ...limits, stretchEvents: 100, outstanding: 1 } })
  await deliverAll(output, 1000, 50)
  deepEqual(
    sink.order,
    Array.from({ length: 1000 }, (_, event) => `event ${event}`),
  )
})

test('an outage is two lines in the log: one when it begins and one when the peer is back', async t => {
  const sink = await startSink(t, { authority, server })
  await sink.close()
  const attempts = Promise.withResolvers<void>()
  let failures = 0
  const { output, log } = startOutput(t, sink.port, {
    random: () => {
      failures += 1
      if (failures === 5) attempts.resolve()
      return 0.01
    },
  })
  const delivery = await output.deliver(batch(0, 100))
  await attempts.promise
  deepEqual([output.status().connected, output.status().unconfirmedFrames], [false, 100])
  match(output.status().failing?.cause ?? '', /ECONNREFUSED/)
  // Nothing was written, so nothing can arrive twice.
  equal(output.status().resent, 0)
  const back = await startSink(t, { authority, server, port: sink.port })
  await delivery.confirmed
  equal(account(back, 100).lost, 0)
  deepEqual(
    log.map(({ level }) => level),
    [40, 30],
  )
})

test('a certificate that the chain does not vouch for is an error that names what to do, and no event goes out', async t => {
  const stranger = await createAuthority('another authority')
  const sink = await startSink(t, { authority, server })
  const failed = Promise.withResolvers<void>()
  const { output, log } = startOutput(t, sink.port, {
    tls: { ...client, chain: stranger.cert },
    random: () => {
      failed.resolve()
      return 0.01
    },
  })
  const { confirmed } = await output.deliver(batch(0, 10))
  await failed.promise
  await output.close()
  await rejects(confirmed, /is closed/)
  equal(sink.order.length, 0)
  deepEqual([log.length, log[0]?.level], [1, 50])
  match(log[0]?.msg ?? '', /not signed by an authority of the chain: check that `chain`/)
})

test('a refused client certificate is never taken for a delivery', async t => {
  const stranger = await createClientPair(await createAuthority('another authority'))
  const sink = await startSink(t, { authority, server })
  const failed = Promise.withResolvers<void>()
  const { output, log } = startOutput(t, sink.port, {
    tls: { ...stranger, chain: authority.cert },
    random: () => {
      failed.resolve()
      return 0.01
    },
  })
  const { confirmed } = await output.deliver(batch(0, 10))
  await failed.promise
  await output.close()
  await rejects(confirmed, /is closed/)
  deepEqual([sink.order.length, output.status().stretches.clean], [0, 0])
  match(log[0]?.msg ?? '', /client certificate/)
})
