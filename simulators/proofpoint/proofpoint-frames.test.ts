// What a frame of the Proofpoint simulator looks like on the wire, and what stands between frames.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import test from 'node:test'
import { connect, connectRaw, query, start, texts, waitFor } from './proofpoint-kit.ts'

const [continuation, text, binary] = [0, 1, 2]

test('frames are sent in as many fragments as the switch says, whatever their size', async t => {
  const proofpoint = await start(t, { fragments: 3 })
  const wire = await connectRaw(t, proofpoint.port, query('audit'))
  const payloads = ['{"guid":"a","text":"h\u00e9llo"}', '\u00e9', '', 'x'.repeat(100_000)]
  for (const payload of payloads) proofpoint.offer('audit', payload)
  await waitFor(() => wire.frames().filter(({ fin }) => fin).length === payloads.length)
  const frames = wire.frames()
  assert.deepEqual(
    frames.map(({ opcode, fin }) => [opcode, fin]),
    payloads.flatMap(() => [
      [text, false],
      [continuation, false],
      [continuation, true],
    ]),
  )
  for (const [index, payload] of payloads.entries()) {
    const parts = frames.slice(3 * index, 3 * index + 3).map(part => part.payload)
    assert.equal(Buffer.concat(parts).toString(), payload)
  }
})

test('a fragmented stream arrives like a whole one', async t => {
  const options = { events: { message: 500 }, seed: 3, firstEventAt: 1.77e12 }
  const [whole, torn] = [await start(t, options), await start(t, { ...options, fragments: 5 })]
  const clients = [
    await connect(t, whole.url + query('message')),
    await connect(t, torn.url + query('message')),
  ]
  for (const client of clients) await client.received(500)
  assert.deepEqual(clients[0]?.frames, clients[1]?.frames)
})

test('the form of an offered frame is its own', async t => {
  const proofpoint = await start(t)
  const wire = await connectRaw(t, proofpoint.port, query('audit'))
  const invalid = Buffer.from([0x22, 0xff, 0x22])
  proofpoint.offer('audit', 'plain')
  proofpoint.offer('audit', 'binary', { binary: true })
  proofpoint.offer('audit', invalid)
  proofpoint.offer('audit', invalid, { binary: false })
  proofpoint.offer('audit', 'torn', { fragments: 2 })
  await waitFor(() => wire.frames().length === 6)
  assert.deepEqual(
    wire.frames().map(({ opcode }) => opcode),
    [text, binary, binary, text, text, continuation],
  )
})

test('the server pings when the switch asks for it, and goes on when nobody answers', async t => {
  const proofpoint = await start(t, { pingMs: 20 })
  const client = await connect(t, proofpoint.url + query('audit'))
  for (let ping = 0; ping < 3; ping++) await once(client.socket, 'ping')
  proofpoint.offer('audit', 'x')
  await client.received(1)
})

test('a lone frame comes at once, counts as junk, and is never repeated', async t => {
  const proofpoint = await start(t, { repeatAfterUncleanEndMs: 60_000 })
  assert.equal(proofpoint.interject('audit', 'nobody hears this'), 0)
  const first = await connect(t, proofpoint.url + query('audit'))
  proofpoint.pause()
  proofpoint.offer('audit', '{"guid":"a"}')
  assert.equal(proofpoint.interject('audit', 'Service unavailable'), 1)
  await first.received(1)
  proofpoint.resume()
  await first.received(2)
  proofpoint.drop('audit', 'reset')
  await first.closed
  const second = await connect(t, proofpoint.url + query('audit'))
  await second.received(1)
  assert.deepEqual([texts(first), texts(second)], [['Service unavailable', '{"guid":"a"}'], ['{"guid":"a"}']])
  assert.equal(proofpoint.ledger.counts().junk, 1)
})
