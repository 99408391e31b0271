import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:https'
import test from 'node:test'
import { WebSocket } from 'ws'
import { contentHash } from './ledger.ts'
import { authority, connect, query, retry, start, texts, waitFor } from './proofpoint-kit.ts'

test('a session gets the whole plan, and the ledger holds the hash of every frame', async t => {
  const proofpoint = await start(t, {
    events: { maillog: 3000 },
    duplicates: 0.1,
    disorder: 0.1,
    junk: 0.02,
    noId: 0.02,
  })
  const client = await connect(t, proofpoint.url + query('maillog'))
  await client.received(3000)
  await proofpoint.finished
  const counts = proofpoint.ledger.counts()
  assert.equal(counts.sent, 3000)
  assert.equal(counts.events + counts.duplicates + counts.junk, 3000)
  assert.ok(counts.duplicates > 200 && counts.junk > 30 && counts.noId > 30, JSON.stringify(counts))
  const hashes = new Set(client.frames.map(frame => contentHash(frame.bytes)))
  assert.deepEqual(hashes, new Set([...proofpoint.ledger.entries()].map(([hash]) => hash)))
})

test('two runs of a seed send the same bytes', async t => {
  const options = {
    events: { audit: 300 },
    seed: 9,
    duplicates: 0.2,
    disorder: 0.3,
    junk: 0.1,
    firstEventAt: 1.77e12,
  }
  const [one, two] = [await start(t, options), await start(t, options)]
  const clients = [await connect(t, one.url + query('audit')), await connect(t, two.url + query('audit'))]
  for (const client of clients) await client.received(300)
  assert.deepEqual(clients[0]?.frames, clients[1]?.frames)
})

for (const [status, path, token] of [
  [400, '/v1/stream?cid=simulated_hosted', undefined],
  [401, query('audit'), 'wrong'],
  [404, '/v2/stream', undefined],
] as const) {
  test(`a handshake that deserves it is answered with ${status}`, async t => {
    const proofpoint = await start(t)
    await assert.rejects(connect(t, proofpoint.url + path, token), new RegExp(`status ${status}`))
    assert.deepEqual(proofpoint.stats().refused, { [status]: 1 })
  })
}

for (const [method, status] of [
  ['POST', 405],
  ['GET', 404],
] as const) {
  test(`a plain ${method} is answered with ${status}`, async t => {
    const proofpoint = await start(t)
    const sent = request({
      port: proofpoint.port,
      host: '127.0.0.1',
      servername: 'localhost',
      ca: authority.chain,
      method,
      path: query('audit'),
    })
    const [response] = await once(sent.end(), 'response')
    response.resume()
    assert.equal(response.statusCode, status)
  })
}

test('a second session of a type gets the documented 409, another type and another token do not', async t => {
  const proofpoint = await start(t, { tokens: ['a', 'b'] })
  await connect(t, proofpoint.url + query('message'), 'a')
  const second = new WebSocket(proofpoint.url + query('message'), {
    ca: authority.chain,
    family: 4,
    headers: { authorization: 'Bearer a' },
  })
  const [, response] = await once(second, 'unexpected-response')
  let body = ''
  for await (const chunk of response) body += chunk
  assert.equal(response.statusCode, 409)
  assert.equal(body, 'Exceeded maximum number of sessions per token\r\n')
  assert.equal(response.headers['content-type'], 'text/plain;charset=iso-8859-1')
  assert.equal(response.headers['retry-after'], undefined)
  await connect(t, proofpoint.url + query('maillog'), 'a')
  await connect(t, proofpoint.url + query('message'), 'b')
})

test('the next session goes on where the last one was properly closed, and nothing comes twice', async t => {
  const proofpoint = await start(t, { events: { audit: 400 }, rate: 4000 })
  const first = await connect(t, proofpoint.url + query('audit'))
  await first.received(100)
  first.socket.close(1000)
  await first.closed
  const second = await retry(() => connect(t, proofpoint.url + query('audit')))
  await second.received(400 - first.frames.length)
  assert.equal(new Set([...texts(first), ...texts(second)]).size, 400)
  assert.equal(proofpoint.ledger.counts().sent, 400)
  assert.equal(proofpoint.stats().ends.clean, 1)
})

test('after more than an hour away only the last hour comes', async t => {
  let now = Date.UTC(2026, 2, 3, 12)
  const minute = 60_000
  const proofpoint = await start(t, {
    events: { audit: 180 },
    spacingMs: minute,
    firstEventAt: now,
    clock: () => now,
  })
  proofpoint.pause()
  const first = await connect(t, proofpoint.url + query('audit'))
  first.socket.close(1000)
  await waitFor(() => proofpoint.stats().ends.clean === 1)
  now += 180 * minute
  proofpoint.resume()
  const second = await retry(() => connect(t, proofpoint.url + query('audit')))
  await second.received(60)
  proofpoint.offer('audit', 'last')
  await second.received(61)
  assert.equal(texts(second).at(-1), 'last')
  assert.equal(second.frames.length, 61)
})

test('frames are text; binary and a line feed at the end are switches', async t => {
  const plain = await start(t, { events: { audit: 1 } })
  const odd = await start(t, { events: { audit: 1 }, binary: true, trailingNewline: true })
  const clients = [await connect(t, plain.url + query('audit')), await connect(t, odd.url + query('audit'))]
  for (const client of clients) await client.received(1)
  assert.deepEqual(
    clients.map(({ frames }) => [frames[0]?.binary, frames[0]?.bytes.at(-1) === 10]),
    [
      [false, false],
      [true, true],
    ],
  )
})

test('an archive session gets whole hours up to half an hour ago and is then closed with 1000', async t => {
  const now = Date.UTC(2026, 2, 3, 12, 10)
  const proofpoint = await start(t, {
    events: { audit: 180 },
    spacingMs: 60_000,
    firstEventAt: Date.UTC(2026, 2, 3, 9),
    clock: () => now,
  })
  for (const [times, expected] of [
    ['&sinceTime=2026-03-03T09:40:00-0000&toTime=2026-03-03T10:20:00-0000', 120],
    ['&sinceTime=2026-03-03T11:30:00-0000', 40],
    ['&sinceTime=2026-03-03T12:00:00-0000', 0],
  ] as const) {
    const client = await retry(() => connect(t, proofpoint.url + query('audit', times)))
    assert.equal(await client.closed, 1000)
    assert.equal(client.frames.length, expected, times)
  }
  const live = await retry(() => connect(t, proofpoint.url + query('audit')))
  await live.received(180)
})
