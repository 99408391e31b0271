import assert from 'node:assert/strict'
import { once } from 'node:events'
import test from 'node:test'
import { WebSocket } from 'ws'
import { createAuthority } from '../authority.ts'
import { closeCodes } from './drop.ts'
import { connect, connectRaw, query, retry, start, texts, waitFor } from './proofpoint-kit.ts'

for (const [manner, code] of [
  ['reset', 1006],
  ['cut', 1006],
  ['close', 1001],
  ...closeCodes.map(each => [each, each] as const),
] as const) {
  test(`a session dropped by ${manner} ends with ${code} at the client`, async t => {
    const proofpoint = await start(t, { events: { audit: 10 } })
    const client = await connect(t, proofpoint.url + query('audit'))
    await client.received(10)
    assert.equal(proofpoint.drop('audit', manner), 1)
    assert.equal(await client.closed, code)
    await retry(() => connect(t, proofpoint.url + query('audit')))
    assert.deepEqual(
      proofpoint.stats().ends,
      code === 1006 ? { clean: 0, unclean: 1 } : { clean: 1, unclean: 0 },
    )
  })
}

for (const size of [0, 50, 5_000, 100_000]) {
  test(`a session that is cut ends by a reset inside a frame of ${size} bytes`, async t => {
    const proofpoint = await start(t)
    const client = await connectRaw(t, proofpoint.port, query('audit'))
    proofpoint.offer('audit', 'before')
    await waitFor(() => client.frames().length === 1)
    proofpoint.pause()
    proofpoint.offer('audit', 'x'.repeat(size))
    proofpoint.resume()
    proofpoint.drop('audit', 'cut')
    assert.equal(await client.closed, 'ECONNRESET')
    const whole = client.frames().filter(({ length, payload }) => length === payload.length)
    assert.deepEqual(
      whole.map(({ payload }) => payload.toString()),
      ['before'],
    )
    // Of the smallest frame not even the header is whole.
    assert.equal(client.frames().length, size === 0 ? 1 : 2)
    assert.deepEqual(proofpoint.stats().ends, { clean: 0, unclean: 1 })
  })
}

test('manners that are drawn are the same in every run of a seed, and differ among themselves', async t => {
  const codes = async () => {
    const proofpoint = await start(t, { seed: 5 })
    const found: (number | 'silence')[] = []
    for (let drop = 0; drop < 8; drop++) {
      const client = await retry(() => connect(t, proofpoint.url + query('audit')))
      const unclean = proofpoint.stats().ends.unclean
      proofpoint.drop('audit', 'random')
      // A session that vanishes is over for the server alone, and at once.
      const isSilent = proofpoint.stats().ends.unclean > unclean
      found.push(isSilent ? 'silence' : await client.closed)
    }
    return found
  }
  const first = await codes()
  assert.deepEqual(await codes(), first)
  assert.ok(new Set(first).size > 2, first.join())
})

test('a session that vanished answers no ping, and the next one is not refused', async t => {
  const proofpoint = await start(t, { events: { audit: 10 } })
  const client = await connect(t, proofpoint.url + query('audit'))
  client.socket.ping()
  await once(client.socket, 'pong')
  proofpoint.drop('audit', 'vanish')
  let pongs = 0
  client.socket.on('pong', () => pongs++)
  client.socket.ping()
  const next = await connect(t, proofpoint.url + query('audit'))
  proofpoint.offer('audit', 'for the next')
  await next.received(1)
  assert.equal(pongs, 0)
  assert.equal(client.socket.readyState, WebSocket.OPEN)
})

test('after an unclean end the last frames come again when the switch asks for it', async t => {
  const proofpoint = await start(t, { events: { audit: 500 }, rate: 5000, repeatAfterUncleanEndMs: 60_000 })
  const first = await connect(t, proofpoint.url + query('audit'))
  await first.received(200)
  first.socket.terminate()
  const second = await retry(() => connect(t, proofpoint.url + query('audit')))
  await second.received(500)
  assert.equal(texts(second)[0], texts(first)[0])
  assert.equal(new Set(texts(second)).size, 500)
})

test('what a peer was seen to have read long before its unclean end does not come again', async t => {
  const proofpoint = await start(t, { events: { audit: 300 }, rate: 3000, repeatAfterUncleanEndMs: 1 })
  const first = await connect(t, proofpoint.url + query('audit'))
  await first.received(300)
  for (let i = 0; i < 2; i++) await once(first.socket, 'ping')
  proofpoint.offer('audit', 'late')
  await first.received(301)
  first.socket.terminate()
  const second = await retry(() => connect(t, proofpoint.url + query('audit')))
  proofpoint.offer('audit', 'end')
  await waitFor(() => texts(second).at(-1) === 'end')
  assert.ok(texts(second).includes('late'))
  assert.ok(!texts(second).includes(texts(first)[0] ?? ''))
})

test('without the switch, what was written to a dead session is lost', async t => {
  const proofpoint = await start(t, { events: { audit: 500 }, rate: 5000 })
  const first = await connect(t, proofpoint.url + query('audit'))
  await first.received(200)
  first.socket.terminate()
  const second = await retry(() => connect(t, proofpoint.url + query('audit')))
  await proofpoint.finished
  proofpoint.offer('audit', 'end')
  await waitFor(() => texts(second).at(-1) === 'end')
  assert.ok(!texts(second).includes(texts(first)[0] ?? ''))
})

test('an unclean end keeps the session locked while it lingers', async t => {
  let now = Date.UTC(2026, 2, 3)
  const proofpoint = await start(t, { lingerMs: 5000, clock: () => now })
  const first = await connect(t, proofpoint.url + query('audit'))
  first.socket.terminate()
  await waitFor(() => proofpoint.stats().ends.unclean === 1)
  now += 4999
  await assert.rejects(connect(t, proofpoint.url + query('audit')), /status 409/)
  now += 1
  await connect(t, proofpoint.url + query('audit'))
})

test('handshakes are refused on command, so many times', async t => {
  const proofpoint = await start(t)
  proofpoint.refuseNext(503, 2)
  proofpoint.refuseNext(500)
  for (const status of [503, 503, 500]) {
    await assert.rejects(connect(t, proofpoint.url + query('audit')), new RegExp(`status ${status}`))
  }
  proofpoint.refuseNext(502, 1000)
  await assert.rejects(connect(t, proofpoint.url + query('audit')), /status 502/)
  proofpoint.admit()
  await connect(t, proofpoint.url + query('audit'))
})

test('a peer that does not read holds up the sender, and nothing piles up', async t => {
  const proofpoint = await start(t, { events: { message: 200_000 } })
  const client = await connect(t, proofpoint.url + query('message'))
  client.socket.pause()
  let before = -1
  // The count stands still once the buffers of the system and of ws are full.
  while (before !== proofpoint.ledger.counts().sent) {
    before = proofpoint.ledger.counts().sent
    await new Promise(resolve => setTimeout(resolve, 150))
  }
  assert.ok(before < 50_000, `${before} sent`)
  client.socket.resume()
  await client.received(before + 1000)
})

for (const [code, how] of [
  [0, 'without a Close frame'],
  [1001, 'with one'],
] as const) {
  test(`an idle session is dropped when the switch asks for it, ${how}`, async t => {
    const proofpoint = await start(t, { idleDropMs: 100, idleCloseCode: code, repeatAfterUncleanEndMs: 1 })
    const client = await connect(t, proofpoint.url + query('audit'))
    assert.equal(await client.closed, code || 1006)
  })
}

test('pings of the peer keep an idle session open', async t => {
  const proofpoint = await start(t, { idleDropMs: 400 })
  const client = await connect(t, proofpoint.url + query('audit'))
  for (let ping = 0; ping < 10; ping++) {
    client.socket.ping()
    await new Promise(resolve => setTimeout(resolve, 80))
  }
  assert.equal(client.socket.readyState, WebSocket.OPEN)
})

test('rules that are changed hold from then on', async t => {
  const proofpoint = await start(t)
  const first = await connect(t, proofpoint.url + query('audit'))
  proofpoint.change({ lingerMs: 60_000, trailingNewline: true })
  proofpoint.offer('audit', 'x')
  await first.received(1)
  assert.deepEqual(texts(first), ['x\n'])
  proofpoint.drop('audit', 'reset')
  await first.closed
  await assert.rejects(connect(t, proofpoint.url + query('audit')), /status 409/)
})

test('another certificate is presented to those who come later, and open sessions go on', async t => {
  const proofpoint = await start(t)
  const first = await connect(t, proofpoint.url + query('audit'))
  proofpoint.present(await (await createAuthority('stranger')).server())
  await assert.rejects(connect(t, proofpoint.url + query('message')), /issuer certificate/)
  proofpoint.offer('audit', 'x')
  await first.received(1)
})

test('a stopped simulator says goodbye to its sessions and frees the port', async t => {
  const proofpoint = await start(t)
  const client = await connect(t, proofpoint.url + query('audit'))
  await proofpoint.close()
  assert.equal(await client.closed, 1001)
  await start(t, { port: proofpoint.port })
})
